/** When a task is due, with words and not only colour. */
import type { Task } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime, shortDateTime } from '../../lib/format';
import { Tag, useNow } from '../../ui/badges';
import { urgency } from './filters';

/** `none` is what stands for a task without a due date; nothing unless a cell has to be filled. */
export function Due({ task, none }: { task: Pick<Task, 'dueAt'>; none?: string }) {
  const now = useNow();
  const kind = urgency(task, new Date(now));
  if (kind === 'none') return none === undefined ? null : <span>{none}</span>;
  const [label, tone] =
    kind === 'overdue'
      ? [t('Overdue'), 'danger' as const]
      : kind === 'today'
        ? [t('Today'), 'warning' as const]
        : [shortDateTime(task.dueAt, new Date(now)), 'neutral' as const];
  return (
    <Tag tone={tone} icon="clock" title={dateTime(task.dueAt)}>
      {label}
    </Tag>
  );
}
