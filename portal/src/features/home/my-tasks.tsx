/** My tasks by urgency, those that are with a colleague, and those that I may claim. */
import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../i18n';
import { Empty } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { COUNTED_TASKS } from '../tasks/filters';
import { More, Part, SHOWN } from './figures';
import { Listed, TaskRow } from './rows';
import { useMyTasks } from './use-my-tasks';

export function MyTasks() {
  const mine = useQuery(useMyTasks('mine', SHOWN));
  const overdue = useQuery(useMyTasks('overdue', 1)).data?.total;
  const today = useQuery(useMyTasks('today', 1)).data?.total;
  const open = useQuery(useMyTasks('available', SHOWN));
  const delegated = useQuery(useMyTasks('delegated', SHOWN));
  return (
    <>
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
    </>
  );
}
