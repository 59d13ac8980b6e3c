/** What stands in the way of mail and of what follows entries of the journal, and what an administrator does about it. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

const PAGE = 50;

export const deadLetterPagesQuery = (consumer: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', consumer ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/dead-letters', {
          params: { query: { consumer, limit: PAGE, total: true, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // There is no channel for them.
    refetchInterval: 10_000,
  });
export const deadLetterCountQuery = queryOptions({
  queryKey: ['dead-letters', 'count'],
  queryFn: async () =>
    (await take(api.GET('/api/v1/dead-letters', { params: { query: { limit: 1, total: true } } }))).total ?? 0,
});
export const deadLetterQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead-letters', 'one', id],
    queryFn: () => take(api.GET('/api/v1/dead-letters/{id}', { params: { path: { id } } })),
  });
export const mailboxesQuery = queryOptions({
  queryKey: ['mailboxes'],
  queryFn: async () => (await take(api.GET('/api/v1/mailboxes'))).items,
  refetchInterval: 10_000,
});
