/** What people do for a case by hand: its own tasks and the playbook of its stage. Under the key of the case, so that what happens to it has them fetched again. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { report } from '../../../ui/toast';

export const caseTasksQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'own-tasks'],
    queryFn: async () => (await take(api.GET('/api/v1/cases/{id}/tasks', { params: { path: { id } } }))).items,
  });
export const playbookQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'playbook'],
    queryFn: () => take(api.GET('/api/v1/cases/{id}/playbook', { params: { path: { id } } })),
  });

/** A change of what people do for the case; what went wrong is told in these words. */
export function useWork<T>(failed: string, change: (wish: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onError: (error) => report(error, failed),
    onSettled: () =>
      Promise.all(['case', 'tasks', 'task'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
