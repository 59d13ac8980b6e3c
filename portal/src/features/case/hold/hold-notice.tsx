/** Legal holds of the case, and when it is due to be deleted. */
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { LegalHold } from '../../../api/privacy';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { day } from '../../../lib/format';
import { personName } from '../../../ui/badges';
import { Notice } from '../../../ui/notice';
import { HoldDialog } from './hold-dialog';
import { useMayHold } from './place-hold';

export function HoldNotice({ item }: { item: Case }) {
  const may = useMayHold();
  const [asked, setAsked] = useState<LegalHold | null>(null);
  const holds = item.holds ?? [];
  const isHeld = holds.length > 0;
  return (
    <>
      {holds.map((hold) => (
        <Notice key={hold.id} tone="warning" icon="lock" title={t('Legal hold')} role="status" testId="legal-hold">
          {hold.reason}
          <Text size="xs" c="dimmed">
            {personName(hold.by)} · {day(hold.at)}
          </Text>
          {may && (
            <Button size="compact-sm" mt={6} variant="default" onClick={() => setAsked(hold)} data-testid="lift-hold">
              {t('Lift hold')}
            </Button>
          )}
        </Notice>
      ))}
      {item.disposeAt != null && (
        <Text size="sm" c="dimmed" data-testid="dispose-at">
          {isHeld
            ? t('Due to be deleted on {date}, when no hold stands', { date: day(item.disposeAt) })
            : t('Deleted on {date}, with all that belongs to it', { date: day(item.disposeAt) })}
        </Text>
      )}
      {asked !== null && <HoldDialog item={item} hold={asked} close={() => setAsked(null)} />}
    </>
  );
}
