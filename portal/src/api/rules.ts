/** Reads of what rules of a case type did. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, take } from './client';

const PAGE = 50;

export const ruleRunPagesQuery = (key: string, rule: string, outcome: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['case-definitions', key, 'rule-runs', rule, outcome ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/case-definitions/{key}/rules/{rule}/runs', {
          params: { path: { key, rule }, query: { outcome, limit: PAGE, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
