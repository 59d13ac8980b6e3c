/** What there is to do in the stage of a case, with how it is done, to tick. */
import { Badge, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import type { Case } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { plural, t } from '../../../i18n';
import { Panel } from '../../../ui/tabs';
import { playbookQuery, useWork } from './queries';
import { TickedBy } from './ticked-by';

export function Playbook({ item }: { item: Case }) {
  const may = useCan()('case:update') && item.statusKind !== 'closed';
  const playbook = useQuery(playbookQuery(item.id)).data;
  const tick = useWork(t('Not saved'), ({ id, isDone }: { id: string; isDone: boolean }) =>
    take(
      api.PUT('/api/v1/cases/{id}/playbook/{stage}/{item}', {
        params: { path: { id: item.id, stage: playbook?.stage ?? item.stage, item: id } },
        body: { isDone },
      }),
    ),
  );
  if (playbook === undefined || playbook.items.length === 0) return null;
  return (
    <Panel title={t('To do in {stage}', { stage: item.stageName })}>
      <Stack gap="sm" data-testid="playbook">
        {playbook.items.map((each) => (
          <div key={each.id}>
            <Group gap="xs" align="flex-start" wrap="nowrap">
              <Checkbox
                size="sm"
                label={each.title}
                description={<TickedBy tick={each.done} />}
                checked={each.done != null}
                disabled={!may}
                onChange={(event) => tick.mutate({ id: each.id, isDone: event.currentTarget.checked })}
              />
              {each.required && (
                <Badge variant="light" color="gray" c="inherit" size="sm" style={{ flexShrink: 0 }}>
                  {t('Required')}
                </Badge>
              )}
            </Group>
            {each.guidance !== '' && (
              <details className="cw-guidance">
                <summary>{t('How it is done')}</summary>
                <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                  {each.guidance}
                </Text>
              </details>
            )}
          </div>
        ))}
        {playbook.missing.length > 0 && (
          <Text size="xs" c="dimmed" role="status">
            {plural('{count} required step is open', '{count} required steps are open', playbook.missing.length)}
          </Text>
        )}
      </Stack>
    </Panel>
  );
}
