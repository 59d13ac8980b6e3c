/** What workers are to do of an instance: who has it, how long, and what went wrong. */
import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { externalTasksQuery, type ExternalTask } from '../../api/instances';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { later } from '../../ui/later';
import { useChange } from './change';
import { FailureText } from './failure-text';
import { ActionsHead, ElementCell, PanelList, type PanelProps } from './list';

const RetriesDialog = later(async () => (await import('./retries-dialog')).RetriesDialog);

export function ExternalTasks({ instance, element, nameOf, select, isEnded }: PanelProps) {
  const may = useCan()('process-instance:update') && !isEnded;
  const [open, setOpen] = useState<ExternalTask | null>(null);
  const change = useChange();
  const close = () => setOpen(null);
  const retry = (task: ExternalTask, retries: number) =>
    change.mutate(
      {
        run: () =>
          take(
            api.PATCH('/api/v1/process-instances/{id}/external-tasks/{task}', {
              params: { path: { id: instance, task: task.id } },
              body: { retries },
            }),
          ),
        done: plural('{count} try is left', '{count} tries are left', retries),
        failed: t('Nothing was changed'),
        of: task.id,
      },
      { onSuccess: close },
    );
  const unlock = (task: ExternalTask) =>
    change.mutate({
      run: () =>
        take(
          api.POST('/api/v1/process-instances/{id}/external-tasks/{task}/unlock', {
            params: { path: { id: instance, task: task.id } },
          }),
        ),
      done: t('Any worker may fetch it now'),
      failed: t('Nothing was changed'),
      of: task.id,
    });
  return (
    <>
      <PanelList
        query={externalTasksQuery(instance, element)}
        caption={t('External tasks')}
        none={t('Nothing waits for a worker.')}
        isChosen={element !== null}
        head={
          <>
            <th scope="col">{t('Element')}</th>
            <th scope="col" className="cw-hide-narrow">
              {t('Worker')}
            </th>
            <th scope="col">{t('Tries left')}</th>
            <ActionsHead />
          </>
        }
        row={(task) => (
          <tr key={task.id} data-testid="external-task-row">
            <th scope="row">
              <ElementCell element={task.elementId} nameOf={nameOf} select={select} />
              <Text size="xs" c="dimmed" component="div">
                {t('Topic {topic}', { topic: task.topic })}
              </Text>
              <Text size="xs" component="div" className="cw-only-narrow">
                <Holder task={task} />
              </Text>
              <FailureText instance={instance} source={{ kind: 'external-task', id: task.id }} message={task.error} />
            </th>
            <td className="cw-hide-narrow">
              <Holder task={task} />
            </td>
            <td>
              {task.retries === null ? (
                <span>–</span>
              ) : (
                <Tag
                  tone={task.retries === 0 ? 'danger' : 'neutral'}
                  icon={task.retries === 0 ? 'incident' : undefined}
                >
                  {String(task.retries)}
                </Tag>
              )}
            </td>
            <td>
              {may && (
                <div className="cw-row-actions">
                  {task.retries === 0 && (
                    <Button
                      size="xs"
                      variant="default"
                      loading={change.isBusy(task.id)}
                      onClick={() => retry(task, 1)}
                      data-testid="external-task-retry"
                    >
                      {t('Retry')}
                    </Button>
                  )}
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <ActionIcon
                        variant="default"
                        size={30}
                        aria-label={t('More actions')}
                        data-testid="external-task-menu"
                      >
                        <Icon name="dots" size={16} stroke={3} />
                      </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Item onClick={() => setOpen(task)}>{t('Set the tries')}</Menu.Item>
                      {task.worker !== null && <Menu.Item onClick={() => unlock(task)}>{t('Unlock')}</Menu.Item>}
                    </Menu.Dropdown>
                  </Menu>
                </div>
              )}
            </td>
          </tr>
        )}
      />
      {open !== null && (
        <RetriesDialog
          now={open.retries ?? 1}
          isBusy={change.isPending}
          save={(retries) => retry(open, retries)}
          close={close}
        />
      )}
    </>
  );
}

function Holder({ task }: { task: ExternalTask }) {
  if (task.worker === null) return <span>{t('nobody')}</span>;
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      {task.isLocked
        ? t('{worker}, until {at}', { worker: task.worker, at: dateTime(task.lockedUntil) })
        : t('{worker}, no more', { worker: task.worker })}
    </span>
  );
}
