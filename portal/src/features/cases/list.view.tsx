/** `/cases`: every case a person may see, filtered by the URL, in live rows. */
import { Button, Group } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { casePagesQuery, definitionsQuery, queuesQuery } from '../../api/queries';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { usePageActions } from '../../lib/page-actions';
import { unique } from '../../lib/pages';
import { useNow } from '../../ui/badges';
import { DataTable } from '../../ui/data-table';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { BulkBar } from './bulk/bar';
import { useSelection } from './bulk/selection';
import { ColumnsMenu } from './columns-menu';
import { FilterBar } from './filter-bar';
import { activeCount, ariaSort, columnsOf, nextSort, toQuery, widened, type CaseFilters } from './filters';
import { caseColumns, chosenColumns, fieldColumns } from './list-columns';
import { useDefaultView } from './saved-views/use-default';
import { useRemembered } from './remembered';
import { ViewMenu } from './saved-views/view-menu';
import { ViewSwitch } from './view-switch';

const route = getRouteApi('/cases');

export function CaseList() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const now = useNow();
  const queues = new Map((useQuery(queuesQuery).data ?? []).map((queue) => [queue.id, queue.name]));
  const query = useInfiniteQuery({ ...casePagesQuery(toQuery(filters)), placeholderData: keepPreviousData });
  const rows = useMemo(() => unique(query.data?.pages ?? []), [query.data]);
  const may = useCan()('case:create');
  const total = query.data?.pages[0]?.total ?? null;
  const change = (next: CaseFilters) => void navigate({ to: '/cases', search: next, replace: true });
  useRemembered(filters, query.data?.pages);
  const first = useDefaultView(filters);
  const order = useMemo(() => rows.map((row) => row.id), [rows]);
  const selection = useSelection(order);
  const mayChange = useCan()('case-batch:create');
  usePageActions([{ id: 'choose-all', run: selection.toggleLoaded, isAllowed: mayChange && rows.length > 0 }]);
  const chosen = columnsOf(filters);
  const definition = (useQuery(definitionsQuery).data ?? []).find((each) => each.key === filters.definition);
  const known = [...caseColumns(now, queues), ...fieldColumns(definition)];
  if (first !== null) return <Navigate to="/cases" search={first} replace />;
  return (
    <Page
      title={t('Cases')}
      actions={
        <>
          <ViewMenu filters={filters} change={change} />
          <ViewSwitch current="list" filters={filters} />
          {may && (
            <Button component={Link} to="/cases/new" leftSection={<Icon name="plus" size={16} />}>
              {t('New case')}
            </Button>
          )}
        </>
      }
    >
      <FilterBar filters={filters} change={change} />
      <Group mb={6} mih={22} justify="space-between">
        {query.data !== undefined && (
          <Count shown={rows.length} total={total} one="{count} case" other="{count} cases" />
        )}
        <ColumnsMenu
          known={known}
          chosen={chosen}
          change={(columns) => change({ ...filters, columns: columns?.join(',') })}
        />
      </Group>
      {mayChange && (
        <BulkBar
          chosen={selection.chosen}
          total={total}
          loaded={rows.length}
          filters={filters}
          everything={selection.chooseEverything}
          clear={selection.clear}
        />
      )}
      {query.isPending ? (
        <div className="cw-panel">
          <Loading rows={10} />
        </div>
      ) : query.data === undefined ? (
        <div className="cw-panel">
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : rows.length === 0 ? (
        <div className="cw-panel">
          <NoCases filtered={activeCount(filters) > 0} clear={() => change(widened(filters))} may={may} />
        </div>
      ) : (
        <DataTable
          caption={t('Cases')}
          rows={rows}
          total={total}
          columns={chosenColumns(known, chosen)}
          rowKey={(item) => item.id}
          rowTestId="case-row"
          selection={
            mayChange
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
          open={(item) => void navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } })}
          sort={{
            of: (field) => ariaSort(filters.sort, field),
            toggle: (field) => change({ ...filters, sort: nextSort(filters.sort, field) }),
          }}
          hasMore={query.hasNextPage && !query.isFetchingNextPage}
          more={() => void query.fetchNextPage()}
        />
      )}
    </Page>
  );
}

function NoCases({ filtered, clear, may }: { filtered: boolean; clear: () => void; may: boolean }) {
  if (filtered)
    return (
      <Empty
        icon="search"
        title={t('No case matches these filters')}
        action={
          <Button variant="default" onClick={clear}>
            {t('Clear filters')}
          </Button>
        }
      >
        {t('Remove a filter or search for something else.')}
      </Empty>
    );
  return (
    <Empty
      icon="cases"
      title={t('No cases yet')}
      action={
        may && (
          <Button component={Link} to="/cases/new">
            {t('New case')}
          </Button>
        )
      }
    >
      {t('Cases appear here when someone creates one or a mail arrives. The list updates by itself.')}
    </Empty>
  );
}
