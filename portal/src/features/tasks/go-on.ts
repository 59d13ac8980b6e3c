/** After a task is over: the next one is opened, or the list, and what the task was part of is fetched again. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { tasksQuery } from '../../api/queries';
import type { Task } from '../../api/schema';
import { nextTask } from './filters';

/** What is told is up to who calls: they are given the next task, if there is one. */
export function useGoOn(task: Task, caseId: string | undefined) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (tell: (next: Task | null) => void) => {
    const [own, open] = await Promise.all([
      queries.fetchQuery({ ...tasksQuery({ assignee: 'me', sort: 'dueAt', limit: 5 }), staleTime: 0 }),
      queries.fetchQuery({
        ...tasksQuery({ assignee: 'none', candidate: 'me', case: caseId, limit: 5 }),
        staleTime: 0,
      }),
    ]).catch(() => [{ items: [] }, { items: [] }]);
    const next = nextTask(task.id, own.items, open.items);
    tell(next);
    await navigate(next === null ? { to: '/tasks' } : { to: '/tasks/$id', params: { id: next.id } });
    await Promise.all(
      ['tasks', 'cases', 'case', 'instance'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    );
  };
}
