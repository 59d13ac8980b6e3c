/** `/supervise/sla`: all promises that still count, the most urgent case first; what is breached and at risk can be looked at alone. */
import { Chip, Group, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { casePagesQuery, queuesQuery } from '../../api/queries';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime, fieldValue } from '../../lib/format';
import { unique } from '../../lib/pages';
import { mostUrgent } from '../../lib/sla';
import { PersonTag, SlaClock, useNow } from '../../ui/badges';
import { badgeWidth } from '../../ui/column-width';
import { DataTable, type Column } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { CaseLink } from '../cases/case-link';
import { MOST_URGENT, urgencyTexts } from './urgency';
import { UrgencyTag } from './urgency-tag';

const route = getRouteApi('/supervise/sla');
const ALL = 'breached,atRisk,running';

export function SlaBoard() {
  const { sla } = route.useSearch();
  const navigate = useNavigate();
  const now = useNow();
  const queues = useQuery(queuesQuery).data;
  const query = useInfiniteQuery({
    ...casePagesQuery({ sla: sla ?? ALL, statusKind: 'open,paused', sort: '-urgency' }),
    placeholderData: keepPreviousData,
  });
  const rows = unique(query.data?.pages ?? []) as Case[];
  const total = query.data?.pages[0]?.total ?? null;
  const shown = [
    { value: ALL, label: t('All promises') },
    { value: 'breached', label: t('Breached') },
    { value: 'atRisk', label: t('At risk') },
  ];
  return (
    <Page title={t('Promises')}>
      <Chip.Group
        value={sla ?? ALL}
        onChange={(value) =>
          void navigate({ to: '/supervise/sla', search: value === ALL ? {} : { sla: value }, replace: true })
        }
      >
        <Group gap={6} mb="sm" role="group" aria-label={t('Which promises')}>
          {shown.map(({ value, label }) => (
            <Chip key={value} value={value} size="xs">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group mb={6} mih={22} justify="space-between">
        {query.data !== undefined && (
          <Count shown={rows.length} total={total} one="{count} case" other="{count} cases" />
        )}
        <Text size="sm" c="dimmed">
          {t('The most urgent first. Urgency goes to {most}: half is priority, half how the promises stand.', {
            most: fieldValue(MOST_URGENT),
          })}
        </Text>
      </Group>
      {rows.length === 0 ? (
        <div className="cw-panel">
          {query.isPending ? (
            <Loading />
          ) : query.data === undefined ? (
            <Failure error={query.error} retry={() => void query.refetch()} />
          ) : (
            <Empty icon="check" title={t('All deadlines are safe')} />
          )}
        </div>
      ) : (
        <DataTable
          caption={t('Promises')}
          rows={rows}
          total={total}
          columns={columnsOf(now, (id) => queues?.find((queue) => queue.id === id)?.name ?? id)}
          rowKey={(item) => item.id}
          rowTestId="promise-row"
          open={(item) => void navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } })}
          hasMore={query.hasNextPage && !query.isFetchingNextPage}
          more={() => void query.fetchNextPage()}
        />
      )}
    </Page>
  );
}

function columnsOf(now: number, queueName: (id: string) => string): Column<Case>[] {
  return [
    {
      id: 'case',
      header: t('Case'),
      rowHeader: true,
      cell: (item) => {
        const sla = mostUrgent(item.slas, now);
        return (
          <>
            <CaseLink item={item}>{`${item.number} ${item.title}`}</CaseLink>
            <Group gap={6} className="cw-only-narrow" fw={400} mt={4}>
              {sla !== null && <SlaClock sla={sla} named />}
              <Text size="xs" c="dimmed">
                {dateTime(sla?.dueAt)}
              </Text>
            </Group>
          </>
        );
      },
    },
    {
      id: 'promise',
      header: t('Promise'),
      hideNarrow: true,
      width: 260,
      cell: (item) => {
        const sla = mostUrgent(item.slas, now);
        return sla === null ? '–' : <SlaClock sla={sla} named />;
      },
    },
    {
      id: 'deadline',
      header: t('Deadline'),
      hideNarrow: true,
      width: 180,
      cell: (item) => dateTime(mostUrgent(item.slas, now)?.dueAt),
    },
    {
      id: 'urgency',
      header: t('Urgency'),
      width: badgeWidth(t('Urgency'), urgencyTexts),
      hideNarrow: true,
      cell: (item) => <UrgencyTag item={item} />,
    },
    {
      id: 'assignee',
      header: t('Assignee'),
      hideMedium: true,
      cell: (item) => <PersonTag person={item.assignee} />,
    },
    {
      id: 'queue',
      header: t('Queue'),
      hideMedium: true,
      cell: (item) => (item.queue === null ? '–' : queueName(item.queue)),
    },
  ];
}
