/** The tasks that people added to a case: what is open first, each with its checklist. */
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Case } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { Icon } from '../../../ui/icons';
import { Loaded } from '../../../ui/states';
import { Panel } from '../../../ui/tabs';
import { OwnTask } from './own-task';
import { caseTasksQuery } from './queries';
import { later } from '../../../ui/later';

const TaskDialog = later(async () => (await import('./task-dialog')).TaskDialog);

export function OwnTasks({ item }: { item: Case }) {
  const may = useCan()('task:create') && item.statusKind !== 'closed';
  const [adds, setAdds] = useState(false);
  const query = useQuery(caseTasksQuery(item.id));
  return (
    <Panel
      title={t('Tasks of this case')}
      actions={
        may && (
          <Button
            size="xs"
            variant="light"
            leftSection={<Icon name="plus" size={14} />}
            onClick={() => setAdds(true)}
            data-testid="add-task"
          >
            {t('Add a task')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(tasks) =>
          tasks.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('Nobody has added a task by hand.')}
            </Text>
          ) : (
            <ul className="cw-own-tasks">
              {tasks
                .toSorted((a, b) => Number(a.state !== 'open') - Number(b.state !== 'open'))
                .map((task) => (
                  <OwnTask key={task.id} item={item} task={task} />
                ))}
            </ul>
          )
        }
      </Loaded>
      {adds && <TaskDialog item={item} close={() => setAdds(false)} />}
    </Panel>
  );
}
