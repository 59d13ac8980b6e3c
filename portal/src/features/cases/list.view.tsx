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
import { Icon } from '../../ui/icons';
import { later } from '../../ui/later';
import { Page } from '../../ui/page';
import { Count, Failure, Loading } from '../../ui/states';
import { BulkBar } from './bulk/bar';
import { useSelection } from './bulk/selection';
import { ColumnsMenu } from './columns-menu';
import { ExportMenu } from './export-menu';
import './cases.css';
import { FilterBar } from './filter-bar';
import { activeCount, columnsOf, toQuery, widened, type CaseFilters } from './filters';
import { InlineEditing } from './inline/editing';
import { beside, caseColumns, chosenColumns, fieldColumns } from './list-columns';
import { ListTable } from './list-table';
import { NoCases } from './no-cases';
import { useDefaultView } from './saved-views/use-default';
import { useRemembered } from './remembered';
import { ViewMenu } from './saved-views/view-menu';
import { ViewSwitch } from './view-switch';

const PeekPanel = later(async () => (await import('./peek/panel')).PeekPanel);
const route = getRouteApi('/cases');

export function CaseList() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const now = useNow();
  const queues = new Map((useQuery(queuesQuery).data ?? []).map((queue) => [queue.id, queue.name]));
  const query = useInfiniteQuery({ ...casePagesQuery(toQuery(filters)), placeholderData: keepPreviousData });
  const rows = useMemo(() => unique(query.data?.pages ?? []), [query.data]);
  const total = query.data?.pages[0]?.total ?? null;
  const change = (next: CaseFilters) => void navigate({ to: '/cases', search: next, replace: true });
  useRemembered(filters, query.data?.pages);
  const first = useDefaultView(filters);
  const order = useMemo(() => rows.map((row) => row.id), [rows]);
  const selection = useSelection(order);
  const can = useCan();
  const mayUpdate = can('case:update');
  // Whoever may begin a change of many, but none of one, would only be refused case by case.
  const mayChange = can('case-batch:create') && mayUpdate;
  const mayExport = can('case:export');
  const may = can('case:create');
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
        <div>
          {query.data !== undefined && (
            <Count shown={rows.length} total={total} one="{count} case" other="{count} cases" />
          )}
        </div>
        <Group gap="xs">
          <ColumnsMenu
            known={known}
            chosen={chosen}
            change={(columns) => change({ ...filters, columns: columns?.join(',') })}
          />
          {mayExport && <ExportMenu filters={filters} total={total} />}
        </Group>
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
        <InlineEditing may={mayUpdate} peek={(item) => change({ ...filters, peek: item.number })}>
          <div className={filters.peek === undefined ? undefined : 'cw-with-peek'}>
            <ListTable
              rows={rows}
              total={total}
              columns={beside(filters, chosenColumns(known, chosen))}
              filters={filters}
              change={change}
              selection={mayChange ? selection : undefined}
              hasMore={query.hasNextPage && !query.isFetchingNextPage}
              more={() => void query.fetchNextPage()}
            />
            {filters.peek !== undefined && (
              <PeekPanel
                key={filters.peek}
                number={filters.peek}
                close={() => change({ ...filters, peek: undefined })}
              />
            )}
          </div>
        </InlineEditing>
      )}
    </Page>
  );
}
