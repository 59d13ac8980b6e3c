/** `/tasks/:id`: take the task, fill its form, complete it, and go on with the next one. */
import { Breadcrumbs, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { caseQuery, meQuery, taskFormQuery, taskQuery, tasksQuery } from '../../api/queries';
import type { Person, Task } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { PersonTag, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Empty, Failure, Loaded, Loading } from '../../ui/states';
import { PersonPicker } from '../../ui/person-picker';
import { LinkTabs, Panel } from '../../ui/tabs';
import { report, told } from '../case/actions';
import { InstanceDiagram } from '../diagram/instance-diagram';
import type { FormHandle } from '../forms/form-viewer';
import { Due } from './due';
import { nextTask } from './filters';
import { TaskCase } from './task-case';

const FormViewer = lazy(() => import('../forms/form-viewer').then((module) => ({ default: module.FormViewer })));
const route = getRouteApi('/tasks/$id');

export function TaskPage() {
  const { id } = route.useParams();
  const { tab = 'form' } = route.useSearch();
  // While it is being completed nobody asks for it: the server would rightly say that it is gone.
  const [completing, setCompleting] = useState<string | null>(null);
  const query = useQuery({ ...taskQuery(id), enabled: completing !== id });
  const task = query.data;
  const crumbs = (
    <Breadcrumbs mb={6} fz="sm">
      <Link to="/tasks" className="cw-link">
        {t('Tasks')}
      </Link>
      {task?.caseNumber != null && (
        <Link to="/cases/$ref/$tab" params={{ ref: task.caseNumber, tab: 'tasks' }} className="cw-link">
          {task.caseNumber}
        </Link>
      )}
      <span>{task?.name ?? t('Task')}</span>
    </Breadcrumbs>
  );
  if (task === undefined) {
    const gone = query.error instanceof ApiError && query.error.isMissing;
    return (
      <Page title={t('Task')} above={crumbs}>
        <div className="cw-panel">
          {query.isPending ? (
            <Loading />
          ) : gone ? (
            <Empty
              icon="check"
              title={t('This task is done or was cancelled')}
              action={
                <Button component={Link} to="/tasks">
                  {t('Tasks')}
                </Button>
              }
            >
              {t('Somebody completed it, or its process went another way.')}
            </Empty>
          ) : (
            <Failure error={query.error} retry={() => void query.refetch()} />
          )}
        </div>
      </Page>
    );
  }
  const link = (name: 'form' | 'process' | 'case') => ({
    to: '/tasks/$id' as const,
    params: { id },
    search: { tab: name === 'form' ? undefined : name },
  });
  return (
    <Page
      title={task.name}
      documentTitle={task.caseNumber === null ? task.name : `${task.name} · ${task.caseNumber}`}
      above={crumbs}
      width={1080}
      below={
        <Stack mb="md">
          <Strip task={task} />
          <LinkTabs
            label={t('Parts of the task')}
            current={tab}
            tabs={[
              { id: 'form', label: t('Form'), link: link('form') },
              { id: 'process', label: t('Process'), link: link('process') },
              ...(task.caseNumber === null ? [] : [{ id: 'case', label: t('Case'), link: link('case') }]),
            ]}
          />
        </Stack>
      }
    >
      {/* The form stays mounted while other tabs are open: what was entered must survive a look at the case. */}
      <div hidden={tab !== 'form'}>
        <FormPart key={task.id} task={task} completing={setCompleting} />
      </div>
      {tab === 'process' && <InstanceDiagram id={task.processInstanceId} selected={task.taskDefinitionKey} />}
      {tab === 'case' && task.caseNumber !== null && <TaskCase reference={task.caseNumber} />}
    </Page>
  );
}

function Strip({ task }: { task: Task }) {
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
  const oversees = me !== undefined && me.roles.some((role) => role === 'supervisor' || role === 'admin');
  const mayHand = can('task:assign') && (oversees || mine || task.assignee === null);
  const mayRelease = can('task:unclaim') && (oversees || mine) && task.assignee !== null;
  const release = useMutation({
    mutationFn: () => take(api.POST('/api/v1/tasks/{id}/unclaim', { params: { path: { id: task.id } } })),
    onSettled: refresh,
    onError: (error) => report(error, t('The task was not released')),
  });
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
          <Due task={task} />
          <Text size="sm" component="div">
            <PersonTag person={mine ? me : task.assignee} none={t('Unassigned')} />
          </Text>
          <Text size="xs" c="dimmed">
            {t('created')} <TimeAgo at={task.createdAt} />
          </Text>
        </Group>
        <Group gap="xs" align="flex-end">
          {task.assignee === null && can('task:claim') && (
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

function FormPart({ task, completing }: { task: Task; completing: (id: string | null) => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const me = useQuery(meQuery).data;
  const caseOf = useQuery({ ...caseQuery(task.caseNumber ?? ''), enabled: task.caseNumber !== null }).data;
  const query = useQuery(taskFormQuery(task.id));
  const form = useRef<FormHandle>(null);
  const mine = me !== undefined && task.assignee === me.id;
  const complete = useMutation({
    mutationFn: (data: Record<string, unknown>) =>
      take(api.POST('/api/v1/tasks/{id}/complete', { params: { path: { id: task.id } }, body: { data } })),
    onMutate: () => completing(task.id),
    onSuccess: async () => {
      form.current?.clearDraft();
      const [own, open] = await Promise.all([
        queries.fetchQuery({ ...tasksQuery({ assignee: 'me', sort: 'dueAt', limit: 5 }), staleTime: 0 }),
        queries.fetchQuery({
          ...tasksQuery({ assignee: 'none', candidate: 'me', case: caseOf?.id, limit: 5 }),
          staleTime: 0,
        }),
      ]).catch(() => [{ items: [] }, { items: [] }]);
      const next = nextTask(task.id, own.items, open.items);
      told(
        next === null
          ? t('{name} is done. That was your last task.', { name: task.name })
          : t('{name} is done. Here is the next one.', { name: task.name }),
      );
      await navigate(next === null ? { to: '/tasks' } : { to: '/tasks/$id', params: { id: next.id } });
      await Promise.all(
        ['tasks', 'cases', 'case', 'instance'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
    onError: (error) => {
      completing(null);
      if (error instanceof ApiError && error.status === 422 && error.errors.length > 0 && form.current !== null)
        form.current.showErrors(error.errors);
      else report(error, t('The task was not completed'));
    },
  });
  const [collecting, setCollecting] = useState(false);
  const submit = async () => {
    if (complete.isPending || collecting) return;
    setCollecting(true);
    const data = await (form.current?.submit() ?? Promise.resolve({})).finally(() => setCollecting(false));
    if (data !== null) complete.mutate(data);
  };
  const latest = useRef(submit);
  useEffect(() => {
    latest.current = submit;
  });
  useEffect(() => {
    if (!mine) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [mine]);
  return (
    <Panel>
      {!mine && (
        <Notice tone="accent" icon="lock">
          {task.assignee === null
            ? t('Claim the task to fill the form.')
            : t('The task belongs to someone else. You can read it.')}
        </Notice>
      )}
      <Loaded query={query}>
        {({ form: schema, data }) =>
          schema === null ? (
            <Text size="sm" c="dimmed" mb="md">
              {t('This task has no form. Complete it when the work is done.')}
            </Text>
          ) : (
            <Suspense fallback={<Loading />}>
              <FormViewer ref={form} schema={schema} data={data} draftKey={`task.${task.id}`} readOnly={!mine} />
            </Suspense>
          )
        }
      </Loaded>
      {mine && (
        <Group justify="space-between" mt="md" pt="md" style={{ borderTop: '1px solid var(--cw-line)' }}>
          <Text size="xs" c="dimmed">
            {t('Completing cannot be undone; the process goes on at once.')}
          </Text>
          <Button
            onClick={() => void submit()}
            loading={complete.isPending || collecting}
            disabled={query.data === undefined}
            leftSection={<Icon name="check" size={16} />}
            data-testid="task-complete"
          >
            {t('Complete')}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
