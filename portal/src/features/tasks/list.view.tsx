/** `/tasks`: mine, those I may take, and all. */
import { Group, SegmentedControl, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { taskPagesQuery } from '../../api/queries';
import type { Task } from '../../api/schema';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { PersonTag, TimeAgo } from '../../ui/badges';
import { DataTable, type Column } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { SearchField } from '../cases/filter-bar';
import { Due } from './due';
import { TaskChips } from './chips';
import { taskQueryOf, type TaskFilters, type TaskShow } from './filters';

const route = getRouteApi('/tasks');

export function TaskList() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const query = useInfiniteQuery({ ...taskPagesQuery(taskQueryOf(filters)), placeholderData: keepPreviousData });
  const rows = unique(query.data?.pages ?? []);
  const total = query.data?.pages[0]?.total ?? null;
  const change = (next: TaskFilters) => void navigate({ to: '/tasks', search: next, replace: true });
  const columns: Column<Task>[] = [
    {
      id: 'name',
      header: t('Task'),
      rowHeader: true,
      cell: (task) => (
        <>
          <Link to="/tasks/$id" params={{ id: task.id }} className="cw-link">
            {task.name}
          </Link>
          <Text size="xs" c="dimmed" fw={400} className="cw-only-narrow">
            {[task.caseNumber, task.caseTitle].filter(Boolean).join(' ')}
          </Text>
        </>
      ),
    },
    { id: 'case', header: t('Case'), hideNarrow: true, cell: (task) => <CaseOfTask task={task} /> },
    { id: 'due', header: t('Due'), width: 150, cell: (task) => <Due task={task} none="–" /> },
    {
      id: 'assignee',
      header: t('Assignee'),
      width: 170,
      hideNarrow: true,
      cell: (task) => <PersonTag person={task.assignee} none={t('Unassigned')} />,
    },
    {
      id: 'created',
      header: t('Created'),
      width: 130,
      hideNarrow: true,
      cell: (task) => <TimeAgo at={task.createdAt} />,
    },
  ];
  return (
    <Page title={t('Tasks')}>
      <Group mb="sm" gap="sm">
        <SegmentedControl
          size="sm"
          aria-label={t('Show')}
          // None of them where somebody else's are shown.
          value={filters.assignee === undefined ? (filters.show ?? 'mine') : ''}
          onChange={(value) =>
            change({ ...filters, assignee: undefined, show: value === 'mine' ? undefined : (value as TaskShow) })
          }
          data={[
            { value: 'mine', label: t('Mine') },
            { value: 'available', label: t('To claim') },
            { value: 'all', label: t('All') },
          ]}
        />
        <SearchField
          label={t('Search tasks')}
          value={filters.search ?? ''}
          change={(search) => change({ ...filters, search: search ?? undefined })}
        />
        <TaskChips filters={filters} change={change} />
      </Group>
      <Group mb={6} mih={22}>
        {query.data !== undefined && (
          <Count shown={rows.length} total={total} one="{count} task" other="{count} tasks" />
        )}
      </Group>
      {query.isPending ? (
        <div className="cw-panel">
          <Loading />
        </div>
      ) : query.data === undefined ? (
        <div className="cw-panel">
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : rows.length === 0 ? (
        <div className="cw-panel">
          <NoTasks filters={filters} />
        </div>
      ) : (
        <DataTable
          caption={t('Tasks')}
          rows={rows}
          total={total}
          columns={columns}
          rowKey={(task) => task.id}
          rowTestId="task-row"
          open={(task) => void navigate({ to: '/tasks/$id', params: { id: task.id } })}
          hasMore={query.hasNextPage && !query.isFetchingNextPage}
          more={() => void query.fetchNextPage()}
        />
      )}
    </Page>
  );
}

function NoTasks({ filters }: { filters: TaskFilters }) {
  if (filters.search !== undefined || filters.assignee !== undefined || filters.overdue === true)
    return (
      <Empty icon="search" title={t('No task matches')}>
        {t('Remove a filter or search for something else.')}
      </Empty>
    );
  if (filters.show === 'available')
    return (
      <Empty icon="check" title={t('Nothing to claim')}>
        {t('Tasks for your groups that nobody took appear here.')}
      </Empty>
    );
  if (filters.show === 'all')
    return (
      <Empty icon="check" title={t('No open tasks')}>
        {t('When the process reaches a person, the task appears here.')}
      </Empty>
    );
  return (
    <Empty
      icon="check"
      title={t('You have no tasks')}
      action={
        <Link to="/tasks" search={{ show: 'available' }}>
          {t('See tasks to claim')}
        </Link>
      }
    >
      {t('Claim one from your groups, or enjoy the moment.')}
    </Empty>
  );
}

export function CaseOfTask({ task }: { task: Task }) {
  if (task.caseNumber === null) return <span>–</span>;
  return (
    <Link to="/cases/$ref/$tab" params={{ ref: task.caseNumber, tab: 'overview' }} className="cw-link">
      <span className="cw-num">{task.caseNumber}</span> {task.caseTitle}
    </Link>
  );
}
