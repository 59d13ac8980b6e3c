/** What editors of fields ask the server for. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

/** Cases that a field may name, the last changed first; of one kind where the field asks for it. */
export const casesToNameQuery = (search: string, definition: string | undefined) =>
  queryOptions({
    queryKey: ['cases-to-name', definition ?? '', search],
    staleTime: 30_000,
    queryFn: async () => {
      const query = { definition, search: search.trim() === '' ? undefined : search, limit: 20 };
      return (await take(api.GET('/api/v1/cases', { params: { query } }))).items;
    },
  });

/** How the fields stand for what is entered; `ref` is the case that is edited, `version` what it is at. */
export const fieldStatesQuery = (
  key: string,
  ref: string | undefined,
  version: number,
  fields: Record<string, unknown>,
) =>
  queryOptions({
    queryKey: ['field-states', key, ref ?? '', version, fields],
    staleTime: 30_000,
    retry: false,
    queryFn: async ({ signal }) =>
      (
        await take(
          api.POST('/api/v1/case-definitions/{key}/evaluate', {
            params: { path: { key } },
            body: { case: ref ?? null, fields },
            signal,
          }),
        )
      ).fields,
  });
