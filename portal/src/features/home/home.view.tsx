/** `/`: one look says what is next. My tasks by urgency, cases at risk, my cases, and what waits in my queues. */
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, takenFrom } from '../../api/client';
import { countedCasesQuery, countedTasksQuery, meQuery, queueCountsQuery } from '../../api/queries';
import type { Case, Queue, Task } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { mostUrgent } from '../../lib/sla';
import { SlaClock, StatusTag, Tag, TimeAgo, useNow } from '../../ui/badges';
import { Icon, type IconName } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../case/actions';
import { COUNTED, OPEN_KINDS, toQuery } from '../cases/filters';
import { Due } from '../tasks/due';

const SHOWN = 6;

export function Home() {
  const me = useQuery(meQuery).data;
  const can = useCan();
  const now = useNow();
  const mine = useQuery(countedTasksQuery({ assignee: 'me', sort: 'dueAt' }, SHOWN));
  const open = useQuery(countedTasksQuery({ assignee: 'none', candidate: 'me', sort: 'dueAt' }, SHOWN));
  const cases = useQuery(countedCasesQuery(toQuery(COUNTED.myCases), SHOWN));
  const atRisk = useQuery(countedCasesQuery(toQuery(COUNTED.atRisk), SHOWN));
  const free = useQuery(countedCasesQuery(toQuery(COUNTED.unassigned), 1));
  return (
    <Page
      title={me === undefined ? t('My work') : t('Good to see you, {name}', { name: me.name.split(' ')[0] ?? me.name })}
      documentTitle={t('My work')}
    >
      <SimpleGrid cols={{ base: 2, md: 4 }} mb="md" spacing="sm">
        <Figure id="tasks" icon="tasks" value={mine.data?.total} label={t('My tasks')} to="/tasks" />
        <Figure
          id="cases"
          icon="cases"
          value={cases.data?.total}
          label={t('My open cases')}
          to="/cases"
          search={COUNTED.myCases}
        />
        <Figure
          id="unassigned"
          icon="queue"
          value={free.data?.total}
          label={t('Unassigned in queues')}
          to="/cases"
          search={COUNTED.unassigned}
        />
        <Figure
          id="at-risk"
          icon="flame"
          value={atRisk.data?.total}
          label={t('Deadlines at risk')}
          to="/cases"
          search={COUNTED.atRisk}
          danger={(atRisk.data?.total ?? 0) > 0}
        />
      </SimpleGrid>
      <div className="cw-split" style={{ gridTemplateColumns: undefined }}>
        <Stack>
          <Panel title={t('My tasks')} padded={false} actions={<More to="/tasks" total={mine.data?.total} />}>
            <Loaded query={mine} rows={3}>
              {({ items }) =>
                items.length === 0 ? (
                  <Empty icon="check" title={t('You have no tasks')}>
                    {t('Claim one below, or enjoy the moment.')}
                  </Empty>
                ) : (
                  <Rows>
                    {items.map((task) => (
                      <TaskRow key={task.id} task={task} />
                    ))}
                  </Rows>
                )
              }
            </Loaded>
          </Panel>
          <Panel
            title={t('Tasks to claim')}
            padded={false}
            actions={<More to="/tasks" search={{ show: 'available' }} total={open.data?.total} />}
          >
            <Loaded query={open} rows={3}>
              {({ items }) =>
                items.length === 0 ? (
                  <Empty icon="check" title={t('Nothing to claim')} />
                ) : (
                  <Rows>
                    {items.map((task) => (
                      <TaskRow key={task.id} task={task} />
                    ))}
                  </Rows>
                )
              }
            </Loaded>
          </Panel>
          <Panel
            title={t('My cases')}
            padded={false}
            actions={<More to="/cases" search={COUNTED.myCases} total={cases.data?.total} />}
          >
            <Loaded query={cases} rows={3}>
              {({ items }) =>
                items.length === 0 ? (
                  <Empty icon="cases" title={t('No case is assigned to you')} />
                ) : (
                  <Rows>
                    {items.map((item) => (
                      <CaseRow key={item.id} item={item} now={now} />
                    ))}
                  </Rows>
                )
              }
            </Loaded>
          </Panel>
        </Stack>
        <Stack>
          <Panel
            title={t('Deadlines at risk')}
            padded={false}
            actions={<More to="/cases" search={COUNTED.atRisk} total={atRisk.data?.total} />}
          >
            <Loaded query={atRisk} rows={2}>
              {({ items }) =>
                items.length === 0 ? (
                  <Empty icon="clock" title={t('All deadlines are safe')} />
                ) : (
                  <Rows>
                    {items.map((item) => (
                      <CaseRow key={item.id} item={item} now={now} short />
                    ))}
                  </Rows>
                )
              }
            </Loaded>
          </Panel>
          <Queues mayTake={can('queue:next')} />
        </Stack>
      </div>
    </Page>
  );
}

type Target = { to: '/tasks' | '/cases'; search?: Record<string, string> };

function Figure({
  id,
  icon,
  value,
  label,
  to,
  search,
  danger = false,
}: Target & { id: string; icon: IconName; value: number | null | undefined; label: string; danger?: boolean }) {
  return (
    <Link
      to={to}
      search={search as never}
      className="cw-tile"
      style={{ padding: '12px 14px' }}
      data-testid={`figure-${id}`}
      data-value={value ?? undefined}
    >
      <Group gap="sm" wrap="nowrap">
        <span
          className={`cw-event-icon cw-tone-${danger ? 'danger' : 'accent'}`}
          style={{ width: 36, height: 36, flex: 'none' }}
        >
          <Icon name={icon} />
        </span>
        <div style={{ minWidth: 0 }}>
          <Text fw={700} fz={22} lh={1.1} className="cw-num">
            {value == null ? '–' : fieldValue(value)}
          </Text>
          <Text size="xs" c="dimmed">
            {label}
          </Text>
        </div>
      </Group>
    </Link>
  );
}

/** Leads to the whole list, and says how much it is when not all of it is here. */
function More({ to, search, total }: Target & { total: number | null | undefined }) {
  return (
    <Button
      component={Link}
      to={to}
      search={search as never}
      variant="subtle"
      size="compact-xs"
      rightSection={<Icon name="chevron" size={13} />}
    >
      {total != null && total > SHOWN ? t('All {count}', { count: fieldValue(total) }) : t('All')}
    </Button>
  );
}

function Rows({ children }: { children: ReactNode }) {
  return (
    <Stack component="ul" gap={0} p={0} m={0} pt={6} style={{ listStyle: 'none' }}>
      {children}
    </Stack>
  );
}

function TaskRow({ task }: { task: Task }) {
  return (
    <Group
      component="li"
      px="md"
      py={9}
      justify="space-between"
      gap="xs"
      style={{ borderTop: '1px solid var(--cw-line)' }}
      data-testid="home-task"
    >
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
    </Group>
  );
}

function CaseRow({ item, now, short = false }: { item: Case; now: number; short?: boolean }) {
  const sla = mostUrgent(item.slas, now);
  return (
    <Group
      component="li"
      px="md"
      py={9}
      justify="space-between"
      gap="xs"
      style={{ borderTop: '1px solid var(--cw-line)' }}
      data-testid="home-case"
    >
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
    </Group>
  );
}

function Queues({ mayTake }: { mayTake: boolean }) {
  const query = useQuery(queueCountsQuery);
  return (
    <Panel title={t('Queues')} padded={false}>
      <Loaded query={query} rows={2}>
        {(queues) =>
          queues.length === 0 ? (
            <Empty icon="queue" title={t('No queues yet')} />
          ) : (
            <Rows>
              {queues.map((queue) => (
                <QueueRow key={queue.id} queue={queue} mayTake={mayTake} />
              ))}
            </Rows>
          )
        }
      </Loaded>
    </Panel>
  );
}

function QueueRow({ queue, mayTake }: { queue: Queue; mayTake: boolean }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const next = useMutation({
    mutationFn: () => takenFrom(api.POST('/api/v1/queues/{id}/next', { params: { path: { id: queue.id } } })),
    onSuccess: async (item) => {
      if (item === null) return told(t('There is nothing to take from this queue'));
      await navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } });
    },
    onError: (error) => report(error, t('No case was taken')),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['cases'] }),
        queries.invalidateQueries({ queryKey: ['queue-counts'] }),
      ]),
  });
  return (
    <Group
      component="li"
      px="md"
      py={9}
      justify="space-between"
      wrap="nowrap"
      style={{ borderTop: '1px solid var(--cw-line)' }}
    >
      <div style={{ minWidth: 0 }}>
        <Link to="/cases" search={{ queue: queue.id, statusKind: OPEN_KINDS }} className="cw-link">
          <Text size="sm" fw={600}>
            {queue.name}
          </Text>
        </Link>
        <Text size="xs" c="dimmed">
          {plural('{count} open case', '{count} open cases', queue.openCount)} ·{' '}
          {t('{count} to take', { count: fieldValue(queue.takeableCount) })}
        </Text>
      </div>
      {mayTake && (
        <Button
          size="xs"
          variant="light"
          disabled={queue.takeableCount === 0}
          loading={next.isPending}
          onClick={() => next.mutate()}
          data-testid="take-next"
        >
          {t('Take next')}
        </Button>
      )}
    </Group>
  );
}
