/** Reads of where cases go by rules of the organisation. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

/** The rules with the version that a change is held against. */
export const routingQuery = queryOptions({
  queryKey: ['routing'],
  queryFn: async () => {
    const call = api.GET('/api/v1/routing');
    const table = await take(call);
    return { table, version: (await call).response.headers.get('ETag') };
  },
});
