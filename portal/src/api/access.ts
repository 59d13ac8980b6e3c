/** Why somebody may do something. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { AccessQuestion } from './schema';

export const actionsQuery = queryOptions({
  queryKey: ['access', 'actions'],
  queryFn: async () => (await take(api.GET('/api/v1/access/actions'))).items,
  staleTime: Infinity,
});
export const explainedQuery = (question: AccessQuestion) =>
  queryOptions({
    queryKey: ['access', 'explained', question],
    queryFn: () => take(api.POST('/api/v1/access/explain', { body: question })),
    // What is decided changes with whatever is changed.
    staleTime: 0,
    retry: false,
  });
