/** The queue that a case waits in. */
import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queuesQuery } from '../../../api/queries';
import type { Case, CaseDefinition } from '../../../api/schema';
import { t } from '../../../i18n';
import { words } from '../../../lib/format';
import { Icon } from '../../../ui/icons';
import { MenuChoices } from '../../../ui/menu-choices';
import { Fact } from './property';

export function QueuePicker({
  item,
  definition,
  may,
  move,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  may: boolean;
  move: (queue: string | null) => void;
}) {
  const known = useQuery(queuesQuery).data;
  const queues = known ?? [];
  const name =
    item.queue === null
      ? '–'
      : known === undefined
        ? '…'
        : (queues.find((queue) => queue.id === item.queue)?.name ?? words(item.queue));
  // A definition that names its queues takes no others.
  const offered =
    definition === undefined || (definition.queues ?? []).length === 0
      ? queues
      : queues.filter((queue) => definition.queues?.includes(queue.id) === true);
  if (!may) return <Fact label={t('Queue')}>{name}</Fact>;
  return (
    <Fact label={t('Queue')}>
      <Menu withinPortal position="bottom-start">
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            c="inherit"
            size="compact-sm"
            px={4}
            rightSection={<Icon name="down" size={13} />}
            aria-label={t('Queue: {name}. Change', { name })}
          >
            {name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <MenuChoices
            choices={[
              ...offered.map((queue) => ({
                id: queue.id,
                label: queue.name,
                isNow: queue.id === item.queue,
                choose: () => move(queue.id),
              })),
              { id: '', label: t('In no queue'), isNow: item.queue === null, choose: () => move(null) },
            ]}
          />
        </Menu.Dropdown>
      </Menu>
    </Fact>
  );
}
