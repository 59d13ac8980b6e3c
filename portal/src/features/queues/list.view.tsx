/** `/queues`: what waits where, since when, who works it and how; supervisors change it. */
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queueCountsQuery } from '../../api/queries';
import type { Queue } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { Tag, TimeAgo } from '../../ui/badges';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { OPEN_KINDS } from '../cases/filters';
import { Member } from './member';
import { QueueDialog } from './queue-dialog';
import { strategyName } from './strategy';

export function QueueList() {
  const query = useQuery(queueCountsQuery);
  const can = useCan();
  const [open, setOpen] = useState<Queue | 'new' | null>(null);
  return (
    <Page
      title={t('Queues')}
      actions={can('queue:update') && <Button onClick={() => setOpen('new')}>{t('New queue')}</Button>}
    >
      <Loaded query={query} rows={4}>
        {(queues) =>
          queues.length === 0 ? (
            <Empty icon="queue" title={t('No queues yet')} />
          ) : (
            <Stack>
              {queues.map((queue) => (
                <QueuePanel key={queue.id} queue={queue} edit={() => setOpen(queue)} />
              ))}
            </Stack>
          )
        }
      </Loaded>
      {open !== null && (
        <QueueDialog queue={open === 'new' ? null : open} queues={query.data ?? []} close={() => setOpen(null)} />
      )}
    </Page>
  );
}

function QueuePanel({ queue, edit }: { queue: Queue; edit: () => void }) {
  const { settings, members } = queue;
  const skills = settings.skills ?? [];
  return (
    <Panel
      title={queue.name}
      actions={
        queue.isChangeable && (
          <Button
            size="xs"
            variant="default"
            onClick={edit}
            aria-label={t('Change queue {name}', { name: queue.name })}
          >
            {t('Change')}
          </Button>
        )
      }
    >
      <Stack gap={6} data-testid="queue">
        {queue.description !== '' && <Text size="sm">{queue.description}</Text>}
        <Group gap="xs">
          <Link to="/cases" search={{ queue: queue.id, statusKind: OPEN_KINDS }} className="cw-link">
            {plural('{count} open case', '{count} open cases', queue.openCount)}
          </Link>
          <Text size="sm">{t('{count} to take', { count: queue.takeableCount })}</Text>
          {queue.waitingSince !== null && (
            <Text size="sm" c="dimmed">
              {t('The oldest waits since')} <TimeAgo at={queue.waitingSince} />
            </Text>
          )}
          {queue.atRiskCount > 0 && (
            <Tag tone="danger" icon="flame">
              {t('{count} at risk', { count: queue.atRiskCount })}
            </Tag>
          )}
          {settings.pause != null && (
            <Tag tone="warning" icon="pause">
              {settings.pause.reason === '' || settings.pause.reason === undefined
                ? t('Paused')
                : t('Paused: {why}', { why: settings.pause.reason })}
            </Tag>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {strategyName(settings.strategy ?? 'pull')}
          {settings.overflow != null && ` · ${t('overflows to {queue}', { queue: settings.overflow.to })}`}
        </Text>
        <Group gap={6} aria-label={t('Members')}>
          {(members.groups ?? []).map((group) => (
            <Badge key={group} variant="default" tt="none">
              {group}
            </Badge>
          ))}
          {(members.users ?? []).map((user) => (
            <Member key={user} id={user} />
          ))}
          {skills.map(({ skill, level }) => (
            <Tag key={skill} tone="info">
              {t('{skill} from level {level}', { skill, level: level ?? 1 })}
            </Tag>
          ))}
        </Group>
      </Stack>
    </Panel>
  );
}
