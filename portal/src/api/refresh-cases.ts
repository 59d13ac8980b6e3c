/** Lists of cases after some of them changed: short ones are fetched again, long ones only where something can have changed. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { api, take } from './client';
import { changedBelow, refreshed, type ListPage } from './fresh-rows';
import type { Case, CaseQuery } from './schema';

type List = InfiniteData<ListPage<Case>, unknown>;
type Fetch = (query: CaseQuery) => Promise<ListPage<Case>>;
const fetchPage: Fetch = (query) => take(api.GET('/api/v1/cases', { params: { query } }));
/** More changed rows than this in one round are fetched with their pages. */
const MANY = 50;

export async function refreshCases(
  client: QueryClient,
  changed: ReadonlySet<string>,
  fetch: Fetch = fetchPage,
): Promise<void> {
  const long = client
    .getQueryCache()
    .findAll({ queryKey: ['cases', 'pages'] })
    .filter((query) => query.isActive() && (query.state.data as List | undefined)?.pages[1] !== undefined);
  const isLong = new Set(long.map((query) => query.queryHash));
  const others = client.invalidateQueries({ queryKey: ['cases'], predicate: (query) => !isLong.has(query.queryHash) });
  await Promise.all([
    others,
    ...long.map(async (query) => {
      const data = query.state.data as List;
      const [, , asked, limit] = query.queryKey as ['cases', 'pages', CaseQuery, number];
      try {
        const first = await fetch({ ...asked, limit, total: true });
        const numbers = changedBelow(data, first, changed);
        if (numbers.length > MANY) return void client.invalidateQueries({ queryKey: query.queryKey });
        const again =
          numbers.length === 0
            ? []
            : (await fetch({ ...asked, number: numbers.join(','), limit: numbers.length })).items;
        client.setQueryData<List>(query.queryKey, (now) =>
          now === undefined ? now : refreshed(now, first, again, changed),
        );
      } catch {
        // The list says itself why it cannot be loaded.
        await client.invalidateQueries({ queryKey: query.queryKey });
      }
    }),
  ]);
}
