/** Rows of tasks and cases on the home screen. */
import { Group, Stack, Text, type GroupProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import type { Case, Task } from '../../api/schema';
import { t } from '../../i18n';
import { mostUrgent } from '../../lib/sla';
import { SlaClock, StatusTag, Tag, TimeAgo } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { Due } from '../tasks/due';

export function Rows({ children }: { children: ReactNode }) {
  return (
    <Stack component="ul" gap={0} p={0} m={0} pt={6} style={{ listStyle: 'none' }}>
      {children}
    </Stack>
  );
}

/** A list that is read, with what stands there when nothing is in it. */
export function Listed<T>({
  query,
  rows,
  empty,
  children,
}: {
  query: ComponentProps<typeof Loaded<{ items: T[] }>>['query'];
  rows: number;
  empty: ReactNode;
  children: (item: T) => ReactNode;
}) {
  return (
    <Loaded query={query} rows={rows}>
      {({ items }) => (items.length === 0 ? empty : <Rows>{items.map(children)}</Rows>)}
    </Loaded>
  );
}

export function Row(props: GroupProps & { 'data-testid'?: string }) {
  return (
    <Group
      component="li"
      px="md"
      py={9}
      justify="space-between"
      style={{ borderTop: '1px solid var(--cw-line)' }}
      {...props}
    />
  );
}

export function TaskRow({ task }: { task: Task }) {
  return (
    <Row gap="xs" data-testid="home-task">
      <div style={{ minWidth: 0, flex: '1 1 200px' }}>
        <Link to="/tasks/$id" params={{ id: task.id }} className="cw-link">
          <Text size="sm" fw={600}>
            {task.name}
          </Text>
        </Link>
        <Text size="xs" c="dimmed" className="cw-clip">
          {[task.caseNumber, task.caseTitle].filter(Boolean).join(' · ')}
        </Text>
      </div>
      <Group gap="xs">
        <Due task={task} />
      </Group>
    </Row>
  );
}

export function CaseRow({ item, now, short = false }: { item: Case; now: number; short?: boolean }) {
  const sla = mostUrgent(item.slas, now);
  return (
    <Row gap="xs" data-testid="home-case">
      <div style={{ minWidth: 0, flex: '1 1 200px' }}>
        <Link to="/cases/$ref/$tab" params={{ ref: item.number, tab: 'overview' }} className="cw-link">
          <Text size="sm" fw={600} className="cw-clip">
            {item.title}
          </Text>
        </Link>
        <Text size="xs" c="dimmed">
          {item.number} · {item.stageName} · <TimeAgo at={item.updatedAt} />
        </Text>
      </div>
      <Group gap="xs">
        {item.unreadMailCount > 0 && (
          <Tag tone="info" icon="mail" title={t('Unread mail')}>
            {item.unreadMailCount}
          </Tag>
        )}
        {!short && <StatusTag item={item} />}
        {sla !== null && <SlaClock sla={sla} />}
      </Group>
    </Row>
  );
}
