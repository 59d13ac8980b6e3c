/** The form of a task: fill it, complete it, and go on with the next one. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { useActivity } from '../../api/presence';
import { caseQuery, meQuery, taskFormQuery, tasksQuery } from '../../api/queries';
import type { Task } from '../../api/schema';
import { t } from '../../i18n';
import { usePageActions } from '../../lib/page-actions';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { Loaded, Loading } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import type { FormHandle } from '../forms/form-viewer';
import { nextTask } from './filters';

const FormViewer = lazy(() => import('../forms/form-viewer').then((module) => ({ default: module.FormViewer })));

export function FormPart({ task, completing }: { task: Task; completing: (id: string | null) => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const me = useQuery(meQuery).data;
  const caseOf = useQuery({ ...caseQuery(task.caseNumber ?? ''), enabled: task.caseNumber !== null }).data;
  const query = useQuery(taskFormQuery(task.id));
  const form = useRef<FormHandle>(null);
  const mine = me !== undefined && task.assignee === me.id;
  useActivity(caseOf?.id ?? '', 'filling-form', mine && caseOf !== undefined);
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
  usePageActions([
    { id: 'complete', run: () => void submit(), isAllowed: mine && query.data !== undefined && !complete.isPending },
  ]);
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
            {task.source === 'case'
              ? t('A task that was added to a case can be opened again there.')
              : t('Completing cannot be undone; the process goes on at once.')}
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
