/** What the list of cases shows of each. */
import { Group, Text } from '@mantine/core';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { mostUrgent } from '../../lib/sla';
import { PersonTag, SlaClock, StatusTag, Tag, TimeAgo } from '../../ui/badges';
import type { Column } from '../../ui/data-table';
import { CaseLink } from './case-link';

/** `queues` are their names by id, as far as they are known. */
export function caseColumns(now: number, queues: ReadonlyMap<string, string>): Column<Case>[] {
  return [
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
