/** `/`: one look says what is next. My tasks by urgency, cases at risk, my cases, and what waits in my queues. */
import { Group, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { countedCasesQuery, countedTasksQuery, meQuery } from '../../api/queries';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { useNow } from '../../ui/badges';
import { Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { COUNTED, toQuery } from '../cases/filters';
import { COUNTED_TASKS, taskQueryOf, type TaskFilters } from '../tasks/filters';
import { Figure, More, Part, SHOWN } from './figures';
import { Drafts, Mentions, Recent } from './mine';
import { NextBest } from './next-best';
import { Queues } from './queues';
import { CaseRow, Listed, TaskRow } from './rows';
import { StandIns } from './stand-ins';

export function Home() {
  const me = useQuery(meQuery).data;
  const can = useCan();
  const now = useNow();
  // What is counted is what the list asks for that the number leads to.
  const tasks = (filters: TaskFilters, limit: number) => countedTasksQuery(taskQueryOf(filters, new Date(now)), limit);
  const mine = useQuery(tasks(COUNTED_TASKS.mine, SHOWN));
  const overdue = useQuery(tasks(COUNTED_TASKS.overdue, 1)).data?.total;
  const today = useQuery(tasks(COUNTED_TASKS.today, 1)).data?.total;
  const open = useQuery(tasks(COUNTED_TASKS.available, SHOWN));
  const delegated = useQuery(tasks(COUNTED_TASKS.delegated, SHOWN));
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
          <NextBest mayTake={can('queue:next')} />
          <StandIns />
          <Panel
            title={t('My tasks')}
            padded={false}
            actions={
              <Group gap={4}>
                <Part id="overdue" label={t('Overdue')} value={overdue} search={COUNTED_TASKS.overdue} />
                <Part id="today" label={t('Due today')} value={today} search={COUNTED_TASKS.today} />
                <More to="/tasks" total={mine.data?.total} />
              </Group>
            }
          >
            <Listed
              query={mine}
              rows={3}
              empty={
                <Empty icon="check" title={t('You have no tasks')}>
                  {(open.data?.total ?? 0) > 0 ? t('Claim one below, or enjoy the moment.') : undefined}
                </Empty>
              }
            >
              {(task) => <TaskRow key={task.id} task={task} />}
            </Listed>
          </Panel>
          {(delegated.data?.total ?? 0) > 0 && (
            <Panel
              title={t('With a colleague')}
              padded={false}
              actions={<More to="/tasks" search={COUNTED_TASKS.delegated} total={delegated.data?.total} />}
            >
              <Listed query={delegated} rows={1} empty={null}>
                {(task) => <TaskRow key={task.id} task={task} />}
              </Listed>
            </Panel>
          )}
          <Panel
            title={t('Tasks to claim')}
            padded={false}
            actions={<More to="/tasks" search={COUNTED_TASKS.available} total={open.data?.total} />}
          >
            <Listed query={open} rows={3} empty={<Empty icon="check" title={t('Nothing to claim')} />}>
              {(task) => <TaskRow key={task.id} task={task} />}
            </Listed>
          </Panel>
          <Panel
            title={t('My cases')}
            padded={false}
            actions={<More to="/cases" search={COUNTED.myCases} total={cases.data?.total} />}
          >
            <Listed query={cases} rows={3} empty={<Empty icon="cases" title={t('No case is assigned to you')} />}>
              {(item) => <CaseRow key={item.id} item={item} now={now} />}
            </Listed>
          </Panel>
        </Stack>
        <Stack>
          <Panel
            title={t('Deadlines at risk')}
            padded={false}
            actions={<More to="/cases" search={COUNTED.atRisk} total={atRisk.data?.total} />}
          >
            <Listed query={atRisk} rows={2} empty={<Empty icon="clock" title={t('All deadlines are safe')} />}>
              {(item) => <CaseRow key={item.id} item={item} now={now} short />}
            </Listed>
          </Panel>
          <Mentions />
          <Drafts />
          <Recent now={now} />
          <Queues mayTake={can('queue:next')} />
        </Stack>
      </div>
    </Page>
  );
}
