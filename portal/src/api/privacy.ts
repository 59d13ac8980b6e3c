/** Reads of erasures: what waits, what was deleted, and what there is of a person. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { components } from './generated';

export type Erasure = components['schemas']['ErasureBody'];
export type Kept = components['schemas']['Kept'];
export type LegalHold = components['schemas']['LegalHold'];

const PAGE = 50;

export const erasurePagesQuery = infiniteQueryOptions({
  queryKey: ['erasures', 'pages'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    take(api.GET('/api/v1/erasures', { params: { query: { limit: PAGE, cursor: pageParam } } })),
  getNextPageParam: (last) => last.nextCursor ?? undefined,
  // What was approved goes on by itself.
  refetchInterval: (query) =>
    query.state.data?.pages.some((page) => page.items.some(({ phase }) => phase === 'running')) ? 2_000 : false,
});
export const subjectQuery = (email: string) =>
  queryOptions({
    queryKey: ['erasures', 'subject', email],
    queryFn: () => take(api.GET('/api/v1/erasures/subject', { params: { query: { email } } })),
    enabled: email !== '',
    gcTime: 0,
  });
