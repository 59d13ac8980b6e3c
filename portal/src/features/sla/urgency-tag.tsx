/** How urgent a case is: a word and a sign first, the number after it, and what it is made of where one points at it. */
import { Tooltip } from '@mantine/core';
import type { Case } from '../../api/schema';
import { Icon } from '../../ui/icons';
import { urgencyBand, urgencyText, urgencyWhy } from './urgency';

export function UrgencyTag({ item }: { item: Pick<Case, 'urgency' | 'priority'> }) {
  const { name, tone, icon } = urgencyBand(item.urgency);
  const why = urgencyWhy(item);
  return (
    <Tooltip label={why} multiline maw={320}>
      <span className={`cw-badge cw-num cw-tone-${tone}`} data-told data-testid="urgency">
        <Icon name={icon} size={12} stroke={2.25} />
        <span aria-hidden="true">{urgencyText(item.urgency)}</span>
        <span className="cw-visually-hidden">{`${name()}. ${why}`}</span>
      </span>
    </Tooltip>
  );
}
