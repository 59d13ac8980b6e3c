/** `/cases`: every case a person may see, filtered by the URL, in live rows. */
import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { casePagesQuery, queuesQuery } from '../../api/queries';
import type { Case } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { mostUrgent } from '../../lib/sla';
import { PersonTag, SlaClock, StatusTag, Tag, TimeAgo, useNow } from '../../ui/badges';
import { DataTable, type Column } from '../../ui/data-table';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { FilterBar } from './filter-bar';
import { activeCount, ariaSort, nextSort, toQuery, type CaseFilters } from './filters';

const route = getRouteApi('/cases');

export function CaseList() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const now = useNow();
  const queues = new Map((useQuery(queuesQuery).data ?? []).map((queue) => [queue.id, queue.name]));
  const query = useInfiniteQuery({ ...casePagesQuery(toQuery(filters)), placeholderData: keepPreviousData });
  const rows = unique(query.data?.pages ?? []);
  const may = useCan()('case:create');
  const total = query.data?.pages[0]?.total ?? null;
  const change = (next: CaseFilters) => void navigate({ to: '/cases', search: next, replace: true });
  const columns: Column<Case>[] = [
    {
      id: 'number',
      header: t('Number'),
      sort: 'number',
      width: 110,
      hideNarrow: true,
      cell: (item) => (
        <CaseLink item={item} className="cw-num">
          {item.number}
        </CaseLink>
      ),
    },
    { id: 'title', header: t('Title'), rowHeader: true, cell: (item) => <TitleCell item={item} now={now} /> },
    { id: 'stage', header: t('Stage'), width: 100, hideNarrow: true, cell: (item) => item.stageName },
    { id: 'status', header: t('Status'), width: 116, hideNarrow: true, cell: (item) => <StatusTag item={item} /> },
    {
      id: 'assignee',
      header: t('Assignee'),
      width: 124,
      hideNarrow: true,
      cell: (item) => <PersonTag person={item.assignee} />,
    },
    {
      id: 'queue',
      header: t('Queue'),
      width: 120,
      hideMedium: true,
      cell: (item) => (item.queue === null ? '–' : (queues.get(item.queue) ?? '…')),
    },
    {
      id: 'sla',
      header: t('SLA'),
      width: 146,
      hideNarrow: true,
      cell: (item) => {
        const sla = mostUrgent(item.slas, now);
        return sla === null ? '–' : <SlaClock sla={sla} />;
      },
    },
    {
      id: 'updated',
      header: t('Updated'),
      sort: 'updatedAt',
      width: 112,
      hideNarrow: true,
      cell: (item) => <TimeAgo at={item.updatedAt} />,
    },
  ];
  return (
    <Page
      title={t('Cases')}
      actions={
        <>
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
      <Group mb={6} mih={22}>
        {query.data !== undefined && (
          <Count shown={rows.length} total={total} one="{count} case" other="{count} cases" />
        )}
      </Group>
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
          <NoCases filtered={activeCount(filters) > 0} clear={() => change({})} may={may} />
        </div>
      ) : (
        <DataTable
          caption={t('Cases')}
          rows={rows}
          total={total}
          columns={columns}
          rowKey={(item) => item.id}
          rowTestId="case-row"
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

export function CaseLink({
  item,
  className = '',
  children,
}: {
  item: Case;
  className?: string;
  children: React.ReactNode;
}) {
  return (
    <Link to="/cases/$ref/$tab" params={{ ref: item.number, tab: 'overview' }} className={`cw-link ${className}`}>
      {children}
    </Link>
  );
}

function TitleCell({ item, now }: { item: Case; now: number }) {
  const sla = mostUrgent(item.slas, now);
  return (
    <>
      <Group gap={8} wrap="nowrap">
        <CaseLink item={item} className="cw-clip">
          {item.title}
        </CaseLink>
        {item.unreadMailCount > 0 && (
          <Tag tone="info" icon="mail" title={t('Unread mail')}>
            {item.unreadMailCount}
          </Tag>
        )}
        {item.problem !== null && (
          <Tag tone="danger" icon="incident">
            {t('Problem')}
          </Tag>
        )}
      </Group>
      <Group gap={6} className="cw-only-narrow" fw={400} mt={4}>
        <Text size="xs" c="dimmed">
          {item.number} · {item.stageName}
        </Text>
        <StatusTag item={item} />
        {sla !== null && <SlaClock sla={sla} />}
      </Group>
    </>
  );
}

export function ViewSwitch({ current, filters }: { current: 'list' | 'board'; filters: CaseFilters }) {
  const navigate = useNavigate();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('View')}
      value={current}
      data={[
        { value: 'list', label: t('List') },
        { value: 'board', label: t('Board') },
      ]}
      onChange={(value) => void navigate({ to: value === 'board' ? '/cases/board' : '/cases', search: filters })}
    />
  );
}
