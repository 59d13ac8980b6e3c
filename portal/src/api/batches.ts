/** Reads of changes of many cases. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

/** One change of many cases. While it runs it is asked for again: who waits for it sees it move. */
export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['case-batches', id],
    queryFn: () => take(api.GET('/api/v1/case-batches/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) =>
      state.data !== undefined && ['running', 'undoing'].includes(state.data.phase) ? 700 : false,
  });
export const batchesQuery = queryOptions({
  queryKey: ['case-batches', 'own'],
  queryFn: async () => (await take(api.GET('/api/v1/case-batches', { params: { query: { limit: 20 } } }))).items,
});
