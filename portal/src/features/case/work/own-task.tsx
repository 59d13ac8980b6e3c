/** One task that somebody added: what is to be done, by whom and until when, and its checklist to tick. */
import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { meQuery } from '../../../api/queries';
import type { AdHocTask, Case } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { dateTime } from '../../../lib/format';
import { PersonTag } from '../../../ui/badges';
import { useWork } from './queries';
import { TickedBy } from './ticked-by';
import { later } from '../../../ui/later';

const TaskDialog = later(async () => (await import('./task-dialog')).TaskDialog);

const STATES: Record<AdHocTask['state'], () => string> = {
  open: () => t('Open'),
  completed: () => t('Done'),
  cancelled: () => t('Cancelled'),
  moved: () => t('Moved'),
};

export function OwnTask({ item, task }: { item: Case; task: AdHocTask }) {
  const can = useCan();
  const me = useQuery(meQuery).data;
  const [edits, setEdits] = useState(false);
  const path = { id: item.id, taskId: task.id };
  const isOpen = task.state === 'open';
  const may = can('task:update') && item.statusKind !== 'closed';
  const isOwn = task.createdBy.id === me?.id;
  const complete = useWork(t('The task was not completed'), () =>
    take(api.POST('/api/v1/cases/{id}/tasks/{taskId}/complete', { params: { path } })),
  );
  const reopen = useWork(t('The task was not opened again'), () =>
    take(api.POST('/api/v1/cases/{id}/tasks/{taskId}/reopen', { params: { path } })),
  );
  const remove = useWork(t('The task was not deleted'), () =>
    take(api.DELETE('/api/v1/cases/{id}/tasks/{taskId}', { params: { path } })),
  );
  const tick = useWork(t('Not saved'), ({ id, isDone }: { id: string; isDone: boolean }) =>
    take(
      api.PUT('/api/v1/cases/{id}/tasks/{taskId}/checklist/{itemId}', {
        params: { path: { ...path, itemId: id } },
        body: { isDone },
      }),
    ),
  );
  return (
    <li data-testid="own-task" aria-label={task.title}>
      <Group justify="space-between" gap="xs">
        <Stack gap={2} style={{ minWidth: 0, flex: '1 1 220px' }}>
          <Group gap="xs">
            <Text fw={600} size="sm" td={task.state === 'completed' ? 'line-through' : undefined}>
              {task.title}
            </Text>
            {!isOpen && (
              <Badge variant="light" color="gray" c="inherit" size="sm">
                {STATES[task.state]()}
              </Badge>
            )}
          </Group>
          {task.description != null && (
            <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
              {task.description}
            </Text>
          )}
          <Group gap="md">
            <PersonTag person={task.assignee ?? null} none={task.group ?? t('Unassigned')} />
            {task.dueAt != null && (
              <Text size="xs" c="dimmed">
                {t('due {at}', { at: dateTime(task.dueAt) })}
              </Text>
            )}
          </Group>
        </Stack>
        {may && (
          <Group gap={4}>
            {isOpen ? (
              <>
                <Button
                  size="compact-xs"
                  variant="light"
                  loading={complete.isPending}
                  onClick={() => complete.mutate(null)}
                >
                  {t('Complete')}
                </Button>
                <Button size="compact-xs" variant="subtle" onClick={() => setEdits(true)}>
                  {t('Edit')}
                </Button>
              </>
            ) : (
              task.state !== 'moved' && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  loading={reopen.isPending}
                  onClick={() => reopen.mutate(null)}
                >
                  {t('Open again')}
                </Button>
              )
            )}
            {isOwn && (
              <Button size="compact-xs" variant="subtle" color="danger" onClick={() => remove.mutate(null)}>
                {t('Delete')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      {task.checklist.length > 0 && (
        <Stack gap={6} mt="xs">
          {task.checklist.map((line) => (
            <Checkbox
              key={line.id}
              size="sm"
              label={line.title}
              description={<TickedBy tick={line.done} />}
              checked={line.done != null}
              disabled={!isOpen || !may}
              onChange={(event) => tick.mutate({ id: line.id, isDone: event.currentTarget.checked })}
            />
          ))}
        </Stack>
      )}
      {edits && <TaskDialog item={item} task={task} close={() => setEdits(false)} />}
    </li>
  );
}
