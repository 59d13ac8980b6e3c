/** What ends with a case or with a stage of it, by name. */
import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { usersQuery } from '../../api/queries';
import { plural, t } from '../../i18n';
import { words } from '../../lib/format';
import { Notice } from '../../ui/notice';
import type { OpenWork } from './open-work';

export function Ending({ open, told }: { open: OpenWork; told: string }) {
  const users = useQuery(usersQuery('')).data;
  const person = (id: string) => users?.find((user) => user.id === id)?.name ?? words(id);
  const listed = (kind: 'task' | 'process', count: number) => {
    const named = open.items.filter((each) => each.kind === kind);
    return (
      <List size="sm">
        {named.map(({ name, assignee }, index) => (
          // Two tasks of one name are two tasks, and the list is never sorted anew.
          <List.Item key={`${name}-${index}`}>
            {assignee === null ? name : t('{task}, taken by {name}', { task: name, name: person(assignee) })}
          </List.Item>
        ))}
        {count > named.length && named.length > 0 && (
          <List.Item>{t('and {count} more', { count: count - named.length })}</List.Item>
        )}
      </List>
    );
  };
  return (
    <Notice tone="warning" icon="tasks" role="status" testId="close-warning">
      {open.tasks > 0 && (
        <>
          <Text size="sm">{plural('{count} task is still open:', '{count} tasks are still open:', open.tasks)}</Text>
          {listed('task', open.tasks)}
        </>
      )}
      {open.processes > 0 && (
        <>
          <Text size="sm">{plural('{count} process runs:', '{count} processes run:', open.processes)}</Text>
          {listed('process', open.processes)}
        </>
      )}
      <Text size="sm">{told}</Text>
    </Notice>
  );
}
