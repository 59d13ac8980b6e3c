/** Which of the tasks the list shows, where that is more than its switch says. */
import { Chip, Group, Pill } from '@mantine/core';
import { t } from '../../i18n';
import { PersonName } from '../../ui/badges';
import { assignedTo, type TaskFilters } from './filters';

export function TaskChips({ filters, change }: { filters: TaskFilters; change: (next: TaskFilters) => void }) {
  const chip = (id: string, label: string, checked: boolean, next: (on: boolean) => Partial<TaskFilters>) => (
    <Chip
      size="xs"
      variant="light"
      checked={checked}
      onChange={(on) => change({ ...filters, ...next(on) })}
      data-testid={`task-filter-${id}`}
    >
      {label}
    </Chip>
  );
  const nobodys = filters.assignee === 'none';
  const openChips = (
    <>
      {chip('overdue', t('Overdue'), filters.overdue === true, (on) => ({
        overdue: on || undefined,
        due: undefined,
      }))}
      {chip('today', t('Due today'), filters.due === 'today', (on) => ({
        due: on ? 'today' : undefined,
        overdue: undefined,
      }))}
      {chip('unassigned', t('Unassigned'), nobodys, (on) => assignedTo(filters, on ? 'none' : undefined))}
    </>
  );
  return (
    <Group gap={6}>
      {filters.show === 'completed'
        ? chip('everybody', t('Completed by everybody'), filters.everybody === true, (on) => ({
            everybody: on || undefined,
          }))
        : openChips}
      {filters.assignee !== undefined && !nobodys && (
        <Pill
          withRemoveButton
          onRemove={() => change(assignedTo(filters, undefined))}
          removeButtonProps={{ 'aria-label': t('Tasks of everybody'), tabIndex: 0, 'aria-hidden': undefined }}
          data-testid="task-chip"
        >
          <PersonName id={filters.assignee} />
        </Pill>
      )}
    </Group>
  );
}
