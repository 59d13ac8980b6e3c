/** Opens the panel beside the list; it shows where the pointer or the focus is. */
import { ActionIcon } from '@mantine/core';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { Icon } from '../../../ui/icons';
import { useInline } from '../inline/context';

export function PeekButton({ item }: { item: Case }) {
  const inline = useInline();
  if (inline === null) return null;
  return (
    <ActionIcon
      className="cw-peek-button"
      variant="subtle"
      c="inherit"
      size={24}
      aria-label={t('Look at {number} beside the list', { number: item.number })}
      onClick={() => inline.peek(item)}
      data-testid="peek-button"
    >
      <Icon name="eye" size={15} />
    </ActionIcon>
  );
}
