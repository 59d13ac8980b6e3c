/** Giving several tasks to one person, for those who oversee. Each states what it saw, so that nobody's own choice is overwritten. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, etag, take } from '../../api/client';
import type { Person, Task } from '../../api/schema';
import { plural, t } from '../../i18n';
import { PersonPicker } from '../../ui/person-picker';
import { report, told } from '../../ui/toast';

export function HandMany({ tasks, done }: { tasks: Task[]; done: () => void }) {
  const queries = useQueryClient();
  const [choosing, setChoosing] = useState(false);
  const hand = useMutation({
    mutationFn: async (to: Person | null) => {
      const assignee = to?.id ?? null;
      const answers = await Promise.allSettled(
        tasks.map((task) =>
          take(
            api.POST('/api/v1/tasks/{id}/assign', {
              params: { path: { id: task.id } },
              headers: { 'If-Match': etag(task.version) },
              body: { assignee },
            }),
          ),
        ),
      );
      return answers.filter((answer) => answer.status === 'rejected');
    },
    onSuccess: (failed) => {
      const given = tasks.length - failed.length;
      if (given > 0) told(plural('{count} task was handed over', '{count} tasks were handed over', given));
      if (failed[0] !== undefined)
        report(
          failed[0].reason,
          plural('{count} task stays where it was', '{count} tasks stay where they were', failed.length),
        );
      else done();
    },
    onSettled: () =>
      Promise.all(['tasks', 'case', 'statistics'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const [first] = tasks;
  if (first === undefined) return null;
  return (
    <Group gap="xs" data-testid="hand-many">
      <Text size="sm">{plural('{count} task chosen', '{count} tasks chosen', tasks.length)}</Text>
      {choosing ? (
        <PersonPicker
          kind="tasks"
          id={first.id}
          current={null}
          choose={(person) => hand.mutate(person)}
          close={() => setChoosing(false)}
        />
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          loading={hand.isPending}
          onClick={() => setChoosing(true)}
          data-testid="hand-many-open"
        >
          {t('Hand over')}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" onClick={done}>
        {t('Choose none')}
      </Button>
    </Group>
  );
}
