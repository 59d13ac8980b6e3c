/** Reads of records: what cases are about. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { RecordQuery } from './schema';

const PAGE = 100;

export const recordTypesQuery = queryOptions({
  queryKey: ['record-types'],
  queryFn: async () => (await take(api.GET('/api/v1/record-types', { params: { query: { limit: 200 } } }))).items,
  staleTime: 60_000,
});
/** How the fields of a record stand for what is entered. */
export const recordStatesQuery = (key: string, fields: Record<string, unknown>) =>
  queryOptions({
    queryKey: ['field-states', 'record', key, fields],
    staleTime: 30_000,
    retry: false,
    queryFn: async ({ signal }) => {
      const params = { path: { key } };
      return (await take(api.POST('/api/v1/record-types/{key}/evaluate', { params, body: { fields }, signal }))).fields;
    },
  });
export const recordPagesQuery = (wanted: RecordQuery) =>
  infiniteQueryOptions({
    queryKey: ['records', 'pages', wanted],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/records', { params: { query: { ...wanted, limit: PAGE, total: true, cursor: pageParam } } }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
/** The first few that match, for who looks for one of them. */
export const recordsQuery = (wanted: RecordQuery) =>
  queryOptions({
    queryKey: ['records', 'some', wanted],
    queryFn: async () =>
      (await take(api.GET('/api/v1/records', { params: { query: { ...wanted, limit: 20 } } }))).items,
  });
export const recordQuery = (id: string) =>
  queryOptions({
    queryKey: ['records', id],
    queryFn: () => take(api.GET('/api/v1/records/{id}', { params: { path: { id } } })),
  });
export const recordHistoryQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['records', id, 'history'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/records/{id}/history', { params: { path: { id }, query: { limit: 20, cursor: pageParam } } }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
export const recordCasesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['records', id, 'cases'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/records/{id}/cases', {
          params: { path: { id }, query: { limit: 50, total: true, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
/** Under the key of the case: what happens to it has them fetched again. */
export const partiesQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'parties'],
    queryFn: async () => (await take(api.GET('/api/v1/cases/{id}/parties', { params: { path: { id } } }))).items,
  });
