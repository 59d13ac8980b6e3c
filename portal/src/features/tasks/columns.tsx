/** The columns of the list of tasks. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Task } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime, shortDateTime } from '../../lib/format';
import { PersonTag, Tag, TimeAgo, useNow } from '../../ui/badges';
import { agoWidth, dayWidth, dueWidth } from '../../ui/column-width';
import type { Column } from '../../ui/data-table';
import { Due } from './due';

export function taskColumns(): Column<Task>[] {
  return [
    {
      id: 'name',
      header: t('Task'),
      sort: 'name',
      rowHeader: true,
      cell: (task) => (
        <>
          <Link to="/tasks/$id" params={{ id: task.id }} className="cw-link">
            {task.name}
          </Link>{' '}
          {task.isDelegated && (
            <Tag tone="info" icon="person">
              {t('Delegated')}
            </Tag>
          )}
          <Text size="xs" c="dimmed" fw={400} className="cw-only-narrow">
            {[task.caseNumber, task.caseTitle].filter(Boolean).join(' ')}
          </Text>
        </>
      ),
    },
    { id: 'case', header: t('Case'), hideNarrow: true, cell: (task) => <CaseOfTask task={task} /> },
    {
      id: 'due',
      header: t('Due'),
      sort: 'dueAt',
      width: dueWidth(t('Due')),
      cell: (task) => <Due task={task} none="–" />,
    },
    {
      id: 'follow-up',
      header: t('Follow-up'),
      sort: 'followUpAt',
      width: dayWidth(t('Follow-up')),
      hideNarrow: true,
      cell: (task) => <FollowUp task={task} />,
    },
    {
      id: 'assignee',
      header: t('Assignee'),
      width: 150,
      hideNarrow: true,
      cell: (task) => <PersonTag person={task.assignee} none={t('Unassigned')} />,
    },
    {
      id: 'created',
      header: t('Created'),
      sort: 'createdAt',
      width: agoWidth(t('Created')),
      hideNarrow: true,
      hideMedium: true,
      cell: (task) => <TimeAgo at={task.createdAt} />,
    },
  ];
}

/** The columns of the list of completed tasks: what was done, in which case, by whom and when. */
export function completedColumns(): Column<Task>[] {
  return [
    {
      id: 'name',
      header: t('Task'),
      sort: 'name',
      rowHeader: true,
      cell: (task) => (
        <>
          {task.name}
          <Text size="xs" c="dimmed" fw={400} className="cw-only-narrow">
            {[task.caseNumber, task.caseTitle].filter(Boolean).join(' ')}
          </Text>
          <Text size="xs" fw={400} component="div" className="cw-only-narrow">
            <PersonTag person={task.completedBy} />
          </Text>
        </>
      ),
    },
    { id: 'case', header: t('Case'), hideNarrow: true, cell: (task) => <CaseOfTask task={task} /> },
    {
      id: 'completed-by',
      header: t('Completed by'),
      width: 190,
      hideNarrow: true,
      cell: (task) => <PersonTag person={task.completedBy} />,
    },
    {
      id: 'completed',
      header: t('Completed'),
      sort: 'completedAt',
      width: agoWidth(t('Completed')),
      cell: (task) => <TimeAgo at={task.completedAt} />,
    },
  ];
}

function FollowUp({ task }: { task: Task }) {
  const now = useNow();
  if (task.followUpAt === null) return <span>–</span>;
  return <span title={dateTime(task.followUpAt)}>{shortDateTime(task.followUpAt, new Date(now))}</span>;
}

export function CaseOfTask({ task }: { task: Task }) {
  if (task.caseNumber === null) return <span>–</span>;
  return (
    <Link to="/cases/$ref/$tab" params={{ ref: task.caseNumber, tab: 'overview' }} className="cw-link">
      <span className="cw-num">{task.caseNumber}</span> {task.caseTitle}
    </Link>
  );
}
