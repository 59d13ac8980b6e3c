/** What people may begin in the open ad-hoc subprocesses of a process, in the order and as often as the case needs it. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { adHocQuery } from '../../api/by-hand';
import type { AdHocSubprocess } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';

export function AdHocWork({ instance }: { instance: string }) {
  const open = useQuery(adHocQuery(instance)).data ?? [];
  return open.map((subprocess) => <Subprocess key={subprocess.id} instance={instance} subprocess={subprocess} />);
}

function Subprocess({ instance, subprocess }: { instance: string; subprocess: AdHocSubprocess }) {
  const queries = useQueryClient();
  const may = useCan()('process-instance:activate');
  const begin = useMutation({
    mutationFn: (activity: AdHocSubprocess['activities'][number]) =>
      take(
        api.POST('/api/v1/process-instances/{id}/ad-hoc-subprocesses/{subprocess}/activities', {
          params: { path: { id: instance, subprocess: subprocess.id } },
          body: { activities: [activity.elementId] },
        }),
      ),
    onSuccess: (_, activity) => told(t('{name} started', { name: activity.elementName ?? activity.elementId })),
    onError: (error) => report(error, t('It was not begun')),
    onSettled: () =>
      Promise.all(['instance', 'case', 'tasks'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const { activities } = subprocess;
  return (
    <Panel title={t('{name}: what to do next?', { name: subprocess.elementName ?? subprocess.elementId })}>
      <Stack gap="xs" data-testid="ad-hoc">
        <Text size="sm" c="dimmed">
          {activities.length === 0
            ? t('Nothing can be begun until what runs there is done.')
            : subprocess.isSequential
              ? t('One after the other, in whatever order the case needs.')
              : t('In whatever order the case needs, as often as it needs.')}
        </Text>
        {may && activities.length > 0 && (
          <Group gap="xs">
            {activities.map((activity) => (
              <Button
                key={activity.elementId}
                variant="default"
                size="xs"
                leftSection={<Icon name="plus" size={14} />}
                disabled={begin.isPending}
                onClick={() => begin.mutate(activity)}
              >
                {activity.elementName ?? activity.elementId}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
