/** What the list of cases shows of each. */
import { Group, Text } from '@mantine/core';
import type { Case, CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { shortDateTime } from '../../lib/format';
import { mostUrgent } from '../../lib/sla';
import { PersonTag, Priority, SlaClock, StatusTag, Tag, TimeAgo } from '../../ui/badges';
import { agoWidth, dayWidth, priorityWidth } from '../../ui/column-width';
import type { Column } from '../../ui/data-table';
import { fieldText } from '../fields/field';
import { CaseLink } from './case-link';
import type { CaseFilters } from './filters';
import { InlineCell } from './inline/cell';
import { PeekButton } from './peek/button';

/** Those of these columns that are chosen, in the order of the choice; a column that is no longer known is left out. */
export function chosenColumns(known: Column<Case>[], chosen: readonly string[]): Column<Case>[] {
  const columns = chosen.flatMap((id) => known.find((column) => column.id === id) ?? []);
  return columns.some((column) => column.rowHeader === true)
    ? columns
    : [...known.filter((column) => column.rowHeader === true), ...columns];
}

/** Beside the panel there is room for what tells rows apart. */
const BESIDE: readonly string[] = ['number', 'title', 'status', 'sla'];
export function beside(filters: Pick<CaseFilters, 'peek'>, columns: Column<Case>[]): Column<Case>[] {
  return filters.peek === undefined ? columns : columns.filter(({ id }) => BESIDE.includes(id));
}

/** What nothing can be said to come before. */
const UNORDERED: readonly string[] = ['multi-select', 'table', 'files', 'json'];

/** A column for each field of a kind of case. */
export function fieldColumns(definition: CaseDefinition | undefined): Column<Case>[] {
  return (definition?.fields ?? []).map((field) => ({
    id: `field.${field.key}`,
    header: field.label,
    sort: UNORDERED.includes(field.type) ? undefined : `field.${field.key}`,
    width: 140,
    hideNarrow: true,
    cell: (item) => <span className="cw-clip">{fieldText(field, item.fields[field.key])}</span>,
  }));
}

/** `queues` are their names by id, as far as they are known. */
export function caseColumns(now: number, queues: ReadonlyMap<string, string>): Column<Case>[] {
  return [
    {
      id: 'number',
      header: t('Number'),
      sort: 'number',
      width: 116,
      hideNarrow: true,
      cell: (item) => (
        <CaseLink item={item} className="cw-num">
          {item.number}
        </CaseLink>
      ),
    },
    {
      id: 'title',
      header: t('Title'),
      sort: 'title',
      rowHeader: true,
      cell: (item) => <TitleCell item={item} now={now} />,
    },
    {
      id: 'type',
      header: t('Type'),
      sort: 'definition',
      width: 120,
      hideNarrow: true,
      cell: (item) => item.definitionName,
    },
    {
      id: 'stage',
      header: t('Stage'),
      sort: 'stage',
      width: 100,
      hideNarrow: true,
      cell: (item) => (
        <InlineCell item={item} cell="stage">
          <span className="cw-clip">{item.stageName}</span>
        </InlineCell>
      ),
    },
    {
      id: 'status',
      header: t('Status'),
      sort: 'status',
      width: 116,
      hideNarrow: true,
      cell: (item) => <StatusTag item={item} />,
    },
    {
      id: 'priority',
      header: t('Priority'),
      sort: 'priority',
      width: priorityWidth(t('Priority')),
      hideNarrow: true,
      cell: (item) => (
        <InlineCell item={item} cell="priority">
          <Priority value={item.priority} />
        </InlineCell>
      ),
    },
    {
      id: 'assignee',
      header: t('Assignee'),
      sort: 'assignee',
      width: 124,
      hideNarrow: true,
      cell: (item) => (
        <InlineCell item={item} cell="assignee">
          <PersonTag person={item.assignee} />
        </InlineCell>
      ),
    },
    {
      id: 'queue',
      header: t('Queue'),
      sort: 'queue',
      width: 120,
      hideMedium: true,
      cell: (item) => (item.queue === null ? '–' : (queues.get(item.queue) ?? '…')),
    },
    {
      id: 'sla',
      header: t('SLA'),
      sort: 'dueAt',
      width: 132,
      hideNarrow: true,
      cell: (item) => {
        const sla = mostUrgent(item.slas, now);
        return sla === null ? '–' : <SlaClock sla={sla} />;
      },
    },
    {
      id: 'due',
      header: t('Due'),
      width: dayWidth(t('Due')),
      hideNarrow: true,
      cell: (item) => (
        <InlineCell item={item} cell="due">
          <span className="cw-clip">{item.dueAt === null ? '–' : shortDateTime(item.dueAt, new Date(now))}</span>
        </InlineCell>
      ),
    },
    {
      id: 'requester',
      header: t('Requester'),
      sort: 'requester',
      width: 150,
      hideNarrow: true,
      cell: (item) => <span className="cw-clip">{item.requester?.name ?? item.requester?.email ?? '–'}</span>,
    },
    {
      id: 'labels',
      header: t('Labels'),
      width: 150,
      hideNarrow: true,
      cell: (item) => (
        <InlineCell item={item} cell="labels">
          <span className="cw-clip">{item.labels.length === 0 ? '–' : item.labels.join(', ')}</span>
        </InlineCell>
      ),
    },
    {
      id: 'created',
      header: t('Created'),
      sort: 'createdAt',
      width: agoWidth(t('Created')),
      hideNarrow: true,
      cell: (item) => <TimeAgo at={item.createdAt} />,
    },
    {
      id: 'updated',
      header: t('Updated'),
      sort: 'updatedAt',
      width: agoWidth(t('Updated')),
      hideNarrow: true,
      cell: (item) => <TimeAgo at={item.updatedAt} />,
    },
  ];
}

function TitleCell({ item, now }: { item: Case; now: number }) {
  const sla = mostUrgent(item.slas, now);
  return (
    <>
      <Group gap={8} wrap="nowrap" className="cw-titled">
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
        <PeekButton item={item} />
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
