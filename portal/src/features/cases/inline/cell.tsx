/** A value of a row that is changed where it stands: a button that says what it is, and its editor once it is pressed. */
import { UnstyledButton } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { shortDateTime } from '../../../lib/format';
import { personName, priorityName, useNow } from '../../../ui/badges';
import { useInline, type Cell } from './context';

const OpenedCell = lazy(async () => ({ default: (await import('./opened')).OpenedCell }));

interface Props {
  item: Case;
  cell: Cell;
  children: ReactNode;
}

export function InlineCell({ item, cell, children }: Props) {
  const inline = useInline();
  const now = useNow();
  if (inline === null || !inline.may) return children;
  const isOpen = inline.open?.id === item.id && inline.open.cell === cell;
  const button = (
    <UnstyledButton
      className="cw-inline"
      aria-label={named(item, cell, now)}
      aria-haspopup="true"
      onClick={() => inline.setOpen(isOpen ? null : { id: item.id, cell })}
      data-testid={`inline-${cell}`}
    >
      {children}
    </UnstyledButton>
  );
  if (!isOpen) return button;
  return (
    <Suspense fallback={button}>
      <OpenedCell item={item} cell={cell} inline={inline}>
        {button}
      </OpenedCell>
    </Suspense>
  );
}

function named(item: Case, cell: Cell, now: number): string {
  const number = item.number;
  switch (cell) {
    case 'assignee':
      return t('{number}, assignee: {value}. Change', { number, value: personName(item.assignee) || t('Nobody') });
    case 'priority':
      return t('{number}, priority: {value}. Change', { number, value: priorityName(item.priority) });
    case 'stage':
      return t('{number}, stage: {value}. Change', { number, value: item.stageName });
    case 'due':
      return t('{number}, due: {value}. Change', { number, value: shortDateTime(item.dueAt, new Date(now)) });
    case 'labels':
      return t('{number}, labels: {value}. Change', { number, value: item.labels.join(', ') || '–' });
  }
}
