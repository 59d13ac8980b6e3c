/** The tasks of one case: those that people added, and all that are open. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { tasksQuery } from '../../api/queries';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { PersonTag, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { OwnTasks } from './work/own-tasks';

export function CaseTasks({ item }: { item: Case }) {
  const query = useQuery(tasksQuery({ case: item.id, limit: 100 }));
  return (
    <Stack>
      <OwnTasks item={item} />
      <Panel title={t('Open tasks')} padded={false}>
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="tasks" title={t('No open tasks')}>
                {t('When the process reaches a person, the task appears here.')}
              </Empty>
            ) : (
              <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
                {items.map((task) => (
                  <Group
                    component="li"
                    key={task.id}
                    p="sm"
                    px="md"
                    justify="space-between"
                    style={{ borderBottom: '1px solid var(--cw-line)' }}
                  >
                    <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
                      <span className="cw-event-icon cw-tone-accent">
                        <Icon name="tasks" size={15} />
                      </span>
                      <div>
                        <Link to="/tasks/$id" params={{ id: task.id }} className="cw-link">
                          <Text fw={600} size="sm">
                            {task.name}
                          </Text>
                        </Link>
                        <Text size="xs" c="dimmed">
                          {t('created')} <TimeAgo at={task.createdAt} />
                          {task.dueAt !== null && ` · ${t('due {at}', { at: dateTime(task.dueAt) })}`}
                        </Text>
                      </div>
                    </Group>
                    <Group gap="md">
                      <PersonTag person={task.assignee} none={t('Unassigned')} />
                      <Button
                        component={Link}
                        to="/tasks/$id"
                        params={{ id: task.id } as never}
                        size="xs"
                        variant="light"
                      >
                        {t('Open')}
                      </Button>
                    </Group>
                  </Group>
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Panel>
    </Stack>
  );
}
