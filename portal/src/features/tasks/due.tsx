/** When a task is due, with words and not only colour. */
import type { Task } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime, shortDateTime } from '../../lib/format';
import { Tag, useNow } from '../../ui/badges';
import { urgency } from './filters';

/** What is shown of the date; null where there is none. */
function shownDue(
  task: Pick<Task, 'dueAt'>,
  now: Date,
): { label: string; tone: 'danger' | 'warning' | 'neutral' } | null {
  switch (urgency(task, now)) {
    case 'none':
      return null;
    case 'overdue':
      return { label: t('Overdue'), tone: 'danger' };
    case 'today':
      return { label: t('Today'), tone: 'warning' };
    default:
      return { label: shortDateTime(task.dueAt, now), tone: 'neutral' };
  }
}

/** The same for who does not see it: the word with the date that it stands for. */
export function useDueText(task: Pick<Task, 'dueAt'>): string {
  const shown = shownDue(task, new Date(useNow()));
  return shown === null ? '–' : [shown.label, dateTime(task.dueAt)].join(', ');
}

/** `none` is what stands for a task without a due date; nothing unless a cell has to be filled. */
export function Due({ task, none }: { task: Pick<Task, 'dueAt'>; none?: string }) {
  const now = useNow();
  const shown = shownDue(task, new Date(now));
  if (shown === null) return none === undefined ? null : <span>{none}</span>;
  return (
    <Tag tone={shown.tone} icon="clock" title={dateTime(task.dueAt)}>
      {shown.label}
    </Tag>
  );
}
