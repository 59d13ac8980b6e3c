/** Whose tasks the list shows and which of them, where that is more than its switch says; each is taken away where it stands. */
import { Pill } from '@mantine/core';
import { t } from '../../i18n';
import { PersonName } from '../../ui/badges';
import type { TaskFilters } from './filters';

export function TaskChips({ filters, change }: { filters: TaskFilters; change: (next: TaskFilters) => void }) {
  const chip = (key: 'assignee' | 'overdue', label: React.ReactNode, name: string) => (
    <Pill
      key={key}
      withRemoveButton
      onRemove={() => change({ ...filters, [key]: undefined })}
      removeButtonProps={{ 'aria-label': name, tabIndex: 0, 'aria-hidden': undefined }}
      data-testid="task-chip"
    >
      {label}
    </Pill>
  );
  return (
    <>
      {filters.assignee !== undefined &&
        chip(
          'assignee',
          filters.assignee === 'none' ? t('Unassigned') : <PersonName id={filters.assignee} />,
          t('Tasks of everybody'),
        )}
      {filters.overdue === true && chip('overdue', t('Overdue'), t('Also those that are not overdue'))}
    </>
  );
}
