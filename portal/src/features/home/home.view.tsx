/** `/`: one look says what is next. My tasks by urgency, cases at risk, my cases, and what waits in my queues. */
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, take } from '../../api/client';
import { casesQuery, meQuery, queuesQuery, tasksQuery } from '../../api/queries';
import type { Case, Queue, Task } from '../../api/schema';
import { plural, t } from '../../i18n';
import { isAtRisk, mostUrgent } from '../../lib/sla';
import { SlaClock, StatusTag, Tag, TimeAgo, useNow } from '../../ui/badges';
import { Icon, type IconName } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report } from '../case/actions';
import { Due } from '../tasks/due';

const SHOWN = 6;

export function Home() {
  const me = useQuery(meQuery).data;
  const now = useNow();
  const mine = useQuery(tasksQuery({ assignee: 'me', sort: 'dueAt', limit: 50 }));
  const open = useQuery(tasksQuery({ assignee: 'none', candidate: 'me', limit: 50 }));
  const cases = useQuery(casesQuery({ assignee: 'me', sort: '-updatedAt', limit: 100 }));
  const urgent = useQuery(casesQuery({ sort: 'dueAt', limit: 100 }));
  const free = useQuery(casesQuery({ assignee: 'none', sort: '-priority', limit: 100 }));
  const atRisk = urgent.data?.items.filter((item) => item.statusKind !== 'closed' && isAtRisk(item.slas, now)) ?? [];
  const waiting = free.data?.items.filter((item) => item.statusKind !== 'closed' && item.queue !== null) ?? [];
  const live = cases.data?.items.filter((item) => item.statusKind !== 'closed') ?? [];
  return (
    <Page title={me === undefined ? t('My work') : t('Good to see you, {name}', { name: me.name.split(' ')[0] ?? me.name })} documentTitle={t('My work')}>
      <SimpleGrid cols={{ base: 2, md: 4 }} mb="md" spacing="sm">
        <Figure icon="tasks" value={mine.data?.items.length} label={t('My tasks')} to="/tasks" />
        <Figure icon="cases" value={cases.data === undefined ? undefined : live.length} label={t('My open cases')} to="/cases" search={{ assignee: 'me' }} />
        <Figure icon="queue" value={free.data === undefined ? undefined : waiting.length} label={t('Unassigned in queues')} to="/cases" search={{ assignee: 'none' }} />
        <Figure icon="flame" value={urgent.data === undefined ? undefined : atRisk.length} label={t('Deadlines at risk')} to="/cases" search={{ sort: 'dueAt' }} danger={atRisk.length > 0} />
      </SimpleGrid>
      <div className="cw-split" style={{ gridTemplateColumns: undefined }}>
        <Stack>
          <Panel title={t('My tasks')} padded={false} actions={<More to="/tasks" />}>
            <Loaded query={mine} rows={3}>{({ items }) => items.length === 0 ? <Empty icon="check" title={t('You have no tasks')}>{t('Claim one below, or enjoy the moment.')}</Empty> : <Rows>{items.slice(0, SHOWN).map((task) => <TaskRow key={task.id} task={task} />)}</Rows>}</Loaded>
          </Panel>
          <Panel title={t('Tasks to claim')} padded={false} actions={<More to="/tasks" search={{ show: 'available' }} />}>
            <Loaded query={open} rows={3}>{({ items }) => items.length === 0 ? <Empty icon="check" title={t('Nothing to claim')} /> : <Rows>{items.slice(0, SHOWN).map((task) => <TaskRow key={task.id} task={task} />)}</Rows>}</Loaded>
          </Panel>
          <Panel title={t('My cases')} padded={false} actions={<More to="/cases" search={{ assignee: 'me' }} />}>
            <Loaded query={cases} rows={3}>{() => live.length === 0 ? <Empty icon="cases" title={t('No case is assigned to you')} /> : <Rows>{live.slice(0, SHOWN).map((item) => <CaseRow key={item.id} item={item} now={now} />)}</Rows>}</Loaded>
          </Panel>
        </Stack>
        <Stack>
          <Panel title={t('Deadlines at risk')} padded={false}>
            <Loaded query={urgent} rows={2}>{() => atRisk.length === 0 ? <Empty icon="clock" title={t('All deadlines are safe')} /> : <Rows>{atRisk.slice(0, SHOWN).map((item) => <CaseRow key={item.id} item={item} now={now} short />)}</Rows>}</Loaded>
          </Panel>
          <Queues />
        </Stack>
      </div>
    </Page>
  );
}

type Target = { to: '/tasks' | '/cases'; search?: Record<string, string> };

function Figure({ icon, value, label, to, search, danger = false }: Target & { icon: IconName; value: number | undefined; label: string; danger?: boolean }) {
  return (
    <Link to={to} search={search as never} className="cw-tile" style={{ padding: '12px 14px' }}>
      <Group gap="sm" wrap="nowrap"><span className={`cw-event-icon cw-tone-${danger ? 'danger' : 'accent'}`} style={{ width: 36, height: 36 }}><Icon name={icon} /></span><div style={{ minWidth: 0 }}><Text fw={700} fz={22} lh={1.1} className="cw-num">{value ?? '–'}</Text><Text size="xs" c="dimmed">{label}</Text></div></Group>
    </Link>
  );
}

function More({ to, search }: Target) {
  return <Button component={Link} to={to} search={search as never} variant="subtle" size="compact-xs" rightSection={<Icon name="chevron" size={13} />}>{t('All')}</Button>;
}

function Rows({ children }: { children: ReactNode }) {
  return <Stack component="ul" gap={0} p={0} m={0} pt={6} style={{ listStyle: 'none' }}>{children}</Stack>;
}

function TaskRow({ task }: { task: Task }) {
  return (
    <Group component="li" px="md" py={9} justify="space-between" gap="xs" style={{ borderTop: '1px solid var(--cw-line)' }} data-testid="home-task">
      <div style={{ minWidth: 0, flex: '1 1 200px' }}><Link to="/tasks/$id" params={{ id: task.id }} className="cw-link"><Text size="sm" fw={600}>{task.name}</Text></Link><Text size="xs" c="dimmed" className="cw-clip">{[task.caseNumber, task.caseTitle].filter(Boolean).join(' · ')}</Text></div>
      <Group gap="xs"><Due task={task} /></Group>
    </Group>
  );
}

function CaseRow({ item, now, short = false }: { item: Case; now: number; short?: boolean }) {
  const sla = mostUrgent(item.slas, now);
  return (
    <Group component="li" px="md" py={9} justify="space-between" gap="xs" style={{ borderTop: '1px solid var(--cw-line)' }} data-testid="home-case">
      <div style={{ minWidth: 0, flex: '1 1 200px' }}><Link to="/cases/$ref/$tab" params={{ ref: item.number, tab: 'overview' }} className="cw-link"><Text size="sm" fw={600} className="cw-clip">{item.title}</Text></Link><Text size="xs" c="dimmed">{item.number} · {item.stageName} · <TimeAgo at={item.updatedAt} /></Text></div>
      <Group gap="xs">{item.unreadMailCount > 0 && <Tag tone="info" icon="mail" title={t('Unread mail')}>{item.unreadMailCount}</Tag>}{!short && <StatusTag item={item} />}{sla !== null && <SlaClock sla={sla} />}</Group>
    </Group>
  );
}

function Queues() {
  const query = useQuery(queuesQuery);
  return (
    <Panel title={t('Queues')} padded={false}>
      <Loaded query={query} rows={2}>{(queues) => queues.length === 0 ? <Empty icon="queue" title={t('No queues yet')} /> : <Rows>{queues.map((queue) => <QueueRow key={queue.id} queue={queue} />)}</Rows>}</Loaded>
    </Panel>
  );
}

function QueueRow({ queue }: { queue: Queue }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const next = useMutation({
    mutationFn: () => take(api.POST('/api/v1/queues/{id}/next', { params: { path: { id: queue.id } } })),
    onSuccess: (item: Case) => navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } }),
    onError: (error) => report(error, t('There is nothing to take from this queue')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['cases'] }),
  });
  return (
    <Group component="li" px="md" py={9} justify="space-between" wrap="nowrap" style={{ borderTop: '1px solid var(--cw-line)' }}>
      <div style={{ minWidth: 0 }}><Link to="/cases" search={{ queue: queue.id }} className="cw-link"><Text size="sm" fw={600}>{queue.name}</Text></Link><Text size="xs" c="dimmed">{plural('{count} open case', '{count} open cases', queue.openCount)}</Text></div>
      <Button size="xs" variant="light" disabled={queue.openCount === 0} loading={next.isPending} onClick={() => next.mutate()}>{t('Take next')}</Button>
    </Group>
  );
}
