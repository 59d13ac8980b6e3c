/** Reads of accounts: one's own, and those that are administered. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

const PAGE = 100;

export const ownSessionsQuery = queryOptions({
  queryKey: ['own-sessions'],
  queryFn: async () => (await take(api.GET('/api/v1/me/sessions'))).items,
});
export const ownFactorQuery = queryOptions({
  queryKey: ['own-second-factor'],
  queryFn: () => take(api.GET('/api/v1/me/second-factor')),
});
/** Accounts of the built-in issuer, the disabled ones too. */
export const accountPagesQuery = (search: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['accounts', 'pages', search ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(api.GET('/api/v1/accounts', { params: { query: { search, limit: PAGE, total: true, cursor: pageParam } } })),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
export const accountSessionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'sessions'],
    queryFn: async () => (await take(api.GET('/api/v1/accounts/{id}/sessions', { params: { path: { id } } }))).items,
  });
export const accountFactorQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'second-factor'],
    queryFn: () => take(api.GET('/api/v1/accounts/{id}/second-factor', { params: { path: { id } } })),
  });
