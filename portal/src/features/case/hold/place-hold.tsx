/** Placing a legal hold is among what can be done with a case; it needs no line of its own. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { Case } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { Icon } from '../../../ui/icons';
import { HoldDialog } from './hold-dialog';

/** Those who lead, who share lists with others, and those who look after privacy. */
export function useMayHold(): boolean {
  const can = useCan();
  return can('case:hold') && (can('saved-view:share') || can('erasure:create'));
}

export function PlaceHold({ item }: { item: Case }) {
  const may = useMayHold();
  const [isAsked, setAsked] = useState(false);
  if (!may) return null;
  return (
    <>
      <Tooltip label={t('Place a legal hold')}>
        <ActionIcon
          variant="subtle"
          c="inherit"
          size={30}
          aria-label={t('Place a legal hold')}
          onClick={() => setAsked(true)}
          data-testid="place-hold"
        >
          <Icon name="lock" size={17} />
        </ActionIcon>
      </Tooltip>
      {isAsked && <HoldDialog item={item} hold={null} close={() => setAsked(false)} />}
    </>
  );
}
