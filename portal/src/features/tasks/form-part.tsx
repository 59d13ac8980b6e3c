/** The form of a task: fill it, complete it, and go on with the next one. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { useActivity } from '../../api/presence';
import { caseQuery, meQuery, taskFormQuery } from '../../api/queries';
import type { TaskDetail } from '../../api/schema';
import { t } from '../../i18n';
import { usePageActions } from '../../lib/page-actions';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { later } from '../../ui/later';
import { Loaded, Loading } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import type { FormHandle } from '../forms/form-viewer';
import { useGoOn } from './go-on';

const Turns = later(async () => (await import('./turns')).Turns);
const FormViewer = lazy(() => import('../forms/form-viewer').then((module) => ({ default: module.FormViewer })));

export function FormPart({ task, completing }: { task: TaskDetail; completing: (id: string | null) => void }) {
  const me = useQuery(meQuery).data;
  const caseOf = useQuery({ ...caseQuery(task.caseNumber ?? ''), enabled: task.caseNumber !== null }).data;
  const query = useQuery(taskFormQuery(task.id));
  const form = useRef<FormHandle>(null);
  const place = useRef<HTMLDivElement>(null);
  const mine = me !== undefined && task.assignee === me.id;
  useActivity(caseOf?.id ?? '', 'filling-form', mine && caseOf !== undefined);
  const goOn = useGoOn(task, caseOf?.id);
  const complete = useMutation({
    mutationFn: (data: Record<string, unknown>) =>
      take(api.POST('/api/v1/tasks/{id}/complete', { params: { path: { id: task.id } }, body: { data } })),
    onMutate: () => completing(task.id),
    onSuccess: () => {
      form.current?.clearDraft();
      return goOn((next) =>
        told(
          next === null
            ? t('{name} is done. That was your last task.', { name: task.name })
            : t('{name} is done. Here is the next one.', { name: task.name }),
        ),
      );
    },
    onError: (error) => {
      completing(null);
      refused(error, t('The task was not completed'));
    },
  });
  const refused = (error: Error, message: string) => {
    if (error instanceof ApiError && error.status === 422 && error.errors.length > 0 && form.current !== null)
      form.current.showErrors(error.errors);
    else report(error, message);
  };
  const [collecting, setCollecting] = useState(false);
  const submit = async () => {
    if (complete.isPending || collecting || task.isDelegated) return;
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
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && isMeant(event, place.current))
        void latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [mine]);
  usePageActions([
    {
      id: 'complete',
      run: () => void submit(),
      isAllowed: mine && !task.isDelegated && query.data !== undefined && !complete.isPending,
    },
  ]);
  return (
    <div ref={place}>
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
              {task.isDelegated
                ? t('Your part of it: what you fill in goes back with the task.')
                : task.source === 'case'
                  ? t('A task that was added to a case can be opened again there.')
                  : t('Completing cannot be undone; the process goes on at once.')}
            </Text>
            <Group gap="xs">
              <Turns
                task={task}
                caseOf={caseOf}
                form={{
                  entered: () => form.current?.entered() ?? Promise.resolve({}),
                  sent: () => form.current?.clearDraft(),
                  refused,
                }}
                completing={completing}
              />
              {!task.isDelegated && (
                <Button
                  onClick={() => void submit()}
                  loading={complete.isPending || collecting}
                  disabled={query.data === undefined}
                  leftSection={<Icon name="check" size={16} />}
                  data-testid="task-complete"
                >
                  {t('Complete')}
                </Button>
              )}
            </Group>
          </Group>
        )}
      </Panel>
    </div>
  );
}

/** What is sent by the same key beside the form, a comment or a reply, completes no task. */
function isMeant(event: KeyboardEvent, form: HTMLElement | null): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement) || form?.contains(target) === true) return true;
  return target.closest('input, textarea, select, [contenteditable], [role="dialog"]') === null;
}
