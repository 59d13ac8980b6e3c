/** `/tasks`: mine, those I may take, those that are with colleagues, and all. */
import { Group, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { taskPagesQuery } from '../../api/queries';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { useNow } from '../../ui/badges';
import { DataTable } from '../../ui/data-table';
import { useOversees } from '../../app/permissions';
import { useSelection } from '../cases/bulk/selection';
import { later } from '../../ui/later';
import { Page } from '../../ui/page';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { SearchField } from '../cases/filter-bar';
import { TaskChips } from './chips';
import { completedColumns, taskColumns } from './columns';
import { shownAs, sortedBy, taskQueryOf, type TaskFilters, type TaskShow } from './filters';

const HandMany = later(async () => (await import('./hand-many')).HandMany);

const route = getRouteApi('/tasks');

export function TaskList() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const today = new Date(useNow());
  const query = useInfiniteQuery({
    ...taskPagesQuery(taskQueryOf(filters, today)),
    placeholderData: keepPreviousData,
  });
  const rows = unique(query.data?.pages ?? []);
  const selection = useSelection(rows.map((task) => task.id));
  const oversees = useOversees();
  const total = query.data?.pages[0]?.total ?? null;
  const isCompleted = filters.show === 'completed';
  const sort = filters.sort ?? (isCompleted ? '-completedAt' : 'dueAt');
  // What is completed is handed to nobody.
  const chooses = oversees && !isCompleted;
  const change = (next: TaskFilters) => void navigate({ to: '/tasks', search: next, replace: true });
  return (
    <Page title={t('Tasks')}>
      <Group mb="sm" gap="sm">
        <SegmentedControl
          size="sm"
          aria-label={t('Show')}
          value={filters.show ?? 'mine'}
          onChange={(value) => change(shownAs(filters, value as TaskShow))}
          data={[
            { value: 'mine', label: t('Mine') },
            { value: 'available', label: t('To claim') },
            { value: 'delegated', label: t('Delegated') },
            { value: 'all', label: t('All') },
            { value: 'completed', label: t('Completed') },
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
        {chooses && selection.chosen.ids.size > 0 && (
          <HandMany tasks={rows.filter((task) => selection.chosen.ids.has(task.id))} done={selection.clear} />
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
          columns={isCompleted ? completedColumns() : taskColumns()}
          sort={{
            of: (field) => (sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : 'none'),
            toggle: (field) => change(sortedBy(filters, field)),
          }}
          selection={
            chooses
              ? {
                  has: (id) => selection.chosen.ids.has(id),
                  all:
                    selection.chosen.ids.size === 0
                      ? 'none'
                      : selection.chosen.ids.size === rows.length
                        ? 'all'
                        : 'some',
                  toggle: selection.toggle,
                  toggleAll: selection.toggleLoaded,
                }
              : undefined
          }
          rowKey={(task) => task.id}
          rowTestId="task-row"
          open={(task) =>
            void (isCompleted && task.caseNumber !== null
              ? navigate({ to: '/cases/$ref/$tab', params: { ref: task.caseNumber, tab: 'tasks' } })
              : navigate({ to: '/tasks/$id', params: { id: task.id } }))
          }
          hasMore={query.hasNextPage && !query.isFetchingNextPage}
          more={() => void query.fetchNextPage()}
        />
      )}
    </Page>
  );
}

function NoTasks({ filters }: { filters: TaskFilters }) {
  if (
    filters.search !== undefined ||
    filters.assignee !== undefined ||
    filters.overdue === true ||
    filters.due !== undefined
  )
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
  if (filters.show === 'delegated')
    return (
      <Empty icon="check" title={t('Nothing is with a colleague')}>
        {t('Tasks that you ask a colleague to do appear here until they give them back.')}
      </Empty>
    );
  if (filters.show === 'completed')
    return (
      <Empty icon="check" title={t('Nothing is completed yet')}>
        {t('Tasks of cases appear here when they are done.')}
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
