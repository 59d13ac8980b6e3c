/** What comes next in a case. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { meQuery, tasksQuery } from '../../api/queries';
import type { Case, Person } from '../../api/schema';
import { Icon } from '../../ui/icons';

function idOf(assignee: Person | string | null): string | undefined {
  return typeof assignee === 'string' ? assignee : assignee?.id;
}

/** The one thing to do next: the oldest open task of mine or of nobody. */
export function NextAction({ item }: { item: Case }) {
  const me = useQuery(meQuery).data;
  const tasks = useQuery(tasksQuery({ case: item.id, limit: 20 })).data?.items ?? [];
  const next = tasks.find((task) => idOf(task.assignee) === me?.id) ?? tasks.find((task) => task.assignee === null);
  if (next === undefined) return null;
  return (
    <Button
      component={Link}
      to="/tasks/$id"
      params={{ id: next.id } as never}
      leftSection={<Icon name="bolt" size={15} />}
      data-testid="next-action"
    >
      {next.name}
    </Button>
  );
}
