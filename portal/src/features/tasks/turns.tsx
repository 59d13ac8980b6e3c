/** What can become of a task besides completing it: a colleague does it, it is given back, its process is told of an error or an escalation. */
import { Button, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import type { Case, TaskCatch, TaskDetail } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { later } from '../../ui/later';
import { told } from '../../ui/toast';
import { usePersonName } from '../../ui/badges';
import { useGoOn } from './go-on';

const AskDialog = later(async () => (await import('./ask-dialog')).AskDialog);
const ThrowDialog = later(async () => (await import('./throw-dialog')).ThrowDialog);

/** What the turns need of the form. */
export interface Entered {
  entered: () => Promise<Record<string, unknown>>;
  sent: () => void;
  refused: (error: Error, message: string) => void;
}
export type Thrown = TaskCatch & { kind: 'error' | 'escalation' };

export const nameOf = (thrown: Thrown) =>
  thrown.name ??
  thrown.code ??
  (thrown.kind === 'error' ? t('It cannot be done as it was meant') : t('Tell whom it concerns'));

export function Turns({
  task,
  caseOf,
  form,
  completing,
}: {
  task: TaskDetail;
  caseOf: Case | undefined;
  form: Entered;
  completing: (id: string | null) => void;
}) {
  const queries = useQueryClient();
  const can = useCan();
  const [asking, setAsking] = useState(false);
  const [thrown, setThrown] = useState<Thrown | null>(null);
  const owner = usePersonName(task.owner) ?? '';
  const goOn = useGoOn(task, caseOf?.id);
  const giveBack = useMutation({
    mutationFn: async () =>
      take(
        api.POST('/api/v1/tasks/{id}/resolve', {
          params: { path: { id: task.id } },
          body: { data: await form.entered() },
        }),
      ),
    onSuccess: () => {
      form.sent();
      return goOn(() => told(t('The task is with {name} now', { name: owner })));
    },
    onError: (error) => form.refused(error, t('The task was not given back')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  });
  const thrownHere: Thrown[] = [
    ...task.errors.map((each) => ({ ...each, kind: 'error' as const })),
    ...task.escalations.map((each) => ({ ...each, kind: 'escalation' as const })),
  ].filter(({ kind }) => can(kind === 'error' ? 'task:complete' : 'task:escalate'));
  const mayAsk = task.source === 'process' && can('task:delegate');
  if (task.source !== 'process') return null;
  return (
    <>
      {(mayAsk || thrownHere.length > 0) && (
        <Menu position="top-end" withinPortal>
          <Menu.Target>
            <Button variant="default" rightSection={<Icon name="chevron" size={14} />} data-testid="task-turns">
              {t('Something else')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {mayAsk && (
              <Menu.Item
                leftSection={<Icon name="person" size={15} />}
                onClick={() => setAsking(true)}
                data-testid="task-ask"
              >
                {t('Ask a colleague')}
              </Menu.Item>
            )}
            {thrownHere.map((each) => (
              <Menu.Item
                key={`${each.kind}.${each.code ?? ''}`}
                leftSection={<Icon name={each.kind === 'error' ? 'incident' : 'flame'} size={15} />}
                onClick={() => setThrown(each)}
                data-testid={`task-${each.kind}`}
              >
                {nameOf(each)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {task.isDelegated && (
        <Button loading={giveBack.isPending} onClick={() => giveBack.mutate()} data-testid="task-give-back">
          {t('Give back to {name}', { name: owner })}
        </Button>
      )}
      {asking && <AskDialog task={task} caseOf={caseOf} asked={form.sent} close={() => setAsking(false)} />}
      {thrown !== null && (
        <ThrowDialog
          task={task}
          thrown={thrown}
          form={form}
          completing={completing}
          ended={() => goOn(() => told(t('{name} has ended: {reason}', { name: task.name, reason: nameOf(thrown) })))}
          close={() => setThrown(null)}
        />
      )}
    </>
  );
}
