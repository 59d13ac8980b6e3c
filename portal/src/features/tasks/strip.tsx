/** Whose task it is and when it is due, and what can be done about that: claim, release, hand over, take back, put off. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { meQuery } from '../../api/queries';
import type { Me, Person, Task } from '../../api/schema';
import { useCan, useOversees } from '../../app/permissions';
import { t } from '../../i18n';
import { usePageActions } from '../../lib/page-actions';
import { PersonTag, TimeAgo, usePersonName } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { PersonPicker } from '../../ui/person-picker';
import { report, told } from '../../ui/toast';
import { TaskDates } from './dates';

/** Where somebody may take it at all, as the server sees it. */
function isCandidate(task: Task, me: Me | undefined): boolean {
  const { candidateUsers: users, candidateGroups: groups } = task;
  if (users.length === 0 && groups.length === 0) return true;
  return me !== undefined && (users.includes(me.id) || groups.some((group) => me.groups.includes(group)));
}

export function TaskStrip({ task }: { task: Task }) {
  const queries = useQueryClient();
  const me = useQuery(meQuery).data;
  const mine = me !== undefined && task.assignee === me.id;
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['tasks'] }),
      queries.invalidateQueries({ queryKey: ['case'] }),
    ]);
  const claim = useMutation({
    mutationFn: () => take(api.POST('/api/v1/tasks/{id}/claim', { params: { path: { id: task.id } } })),
    onSuccess: () => told(t('The task is yours')),
    onSettled: refresh,
    onError: (error) =>
      report(
        error,
        error instanceof ApiError && error.isConflict ? t('Someone else was faster') : t('The task was not claimed'),
      ),
  });
  const can = useCan();
  const [giving, setGiving] = useState(false);
  const assign = useMutation({
    mutationFn: (person: Person | null) =>
      take(
        api.POST('/api/v1/tasks/{id}/assign', {
          params: { path: { id: task.id } },
          body: { assignee: person?.id ?? null },
        }),
      ),
    onSuccess: (_, person) =>
      told(person === null ? t('The task is free again') : t('The task is with {name} now', { name: person.name })),
    onSettled: refresh,
    onError: (error) => report(error, t('The task was not given to anyone')),
  });
  // Handing on what somebody else has taken is for those who oversee; what is one's own, or nobody's, anyone may hand on.
  const oversees = useOversees();
  const owner = usePersonName(task.owner) ?? '–';
  const mayHand = can('task:assign') && (oversees || mine || task.assignee === null);
  const mayRelease = can('task:unclaim') && (oversees || mine) && task.assignee !== null;
  const release = useMutation({
    mutationFn: () => take(api.POST('/api/v1/tasks/{id}/unclaim', { params: { path: { id: task.id } } })),
    onSettled: refresh,
    onError: (error) => report(error, t('The task was not released')),
  });
  const mayTakeBack = task.isDelegated && !mine && can('task:resolve') && (oversees || task.owner === me?.id);
  const takeBack = useMutation({
    mutationFn: () =>
      take(api.POST('/api/v1/tasks/{id}/resolve', { params: { path: { id: task.id } }, body: { data: {} } })),
    onSettled: refresh,
    onError: (error) => report(error, t('The task was not given back')),
  });
  const maySchedule = can('task:schedule') && (oversees || mine || (task.assignee === null && isCandidate(task, me)));
  const mayClaim = task.assignee === null && can('task:claim');
  usePageActions([
    { id: 'claim', run: () => claim.mutate(), isAllowed: mayClaim && !claim.isPending },
    { id: 'release', run: () => release.mutate(), isAllowed: mayRelease && !release.isPending },
  ]);
  return (
    <div className="cw-panel">
      <Group p="sm" px="md" justify="space-between" gap="sm">
        <Group gap="md">
          {task.caseNumber !== null && (
            <Link to="/cases/$ref/$tab" params={{ ref: task.caseNumber, tab: 'overview' }} className="cw-link">
              <Text size="sm" fw={600}>
                {task.caseNumber} {task.caseTitle}
              </Text>
            </Link>
          )}
          <Text size="sm" component="div">
            <PersonTag person={mine ? me : task.assignee} none={t('Unassigned')} />
          </Text>
          {task.isDelegated && (
            <Text size="xs" c="dimmed" component="div" data-testid="task-owner">
              {t('for {name}', { name: owner })}
            </Text>
          )}
          <TaskDates task={task} may={maySchedule} />
          <Text size="xs" c="dimmed">
            {t('created')} <TimeAgo at={task.createdAt} />
          </Text>
        </Group>
        <Group gap="xs" align="flex-end">
          {mayClaim && (
            <Button
              size="xs"
              loading={claim.isPending}
              onClick={() => claim.mutate()}
              leftSection={<Icon name="person" size={15} />}
              data-testid="task-claim"
            >
              {t('Claim')}
            </Button>
          )}
          {mayTakeBack && (
            <Button
              size="xs"
              variant="default"
              loading={takeBack.isPending}
              onClick={() => takeBack.mutate()}
              data-testid="task-take-back"
            >
              {t('Take back')}
            </Button>
          )}
          {mayRelease && (
            <Button
              size="xs"
              variant="default"
              loading={release.isPending}
              onClick={() => release.mutate()}
              data-testid="task-release"
            >
              {mine ? t('Release') : t('Take away')}
            </Button>
          )}
          {mayHand &&
            (giving ? (
              <PersonPicker
                kind="tasks"
                id={task.id}
                current={task.assignee}
                choose={(person) => assign.mutate(person)}
                close={() => setGiving(false)}
              />
            ) : (
              <Button
                size="xs"
                variant="default"
                loading={assign.isPending}
                onClick={() => setGiving(true)}
                data-testid="task-assign"
              >
                {t('Hand over')}
              </Button>
            ))}
        </Group>
      </Group>
    </div>
  );
}
