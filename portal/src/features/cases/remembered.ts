/** When somebody leaves the list, the case they opened knows it: what stood before it and what comes next. */
import { useEffect, useRef } from 'react';
import type { Case } from '../../api/schema';
import { keepList, type CaseList } from '../../lib/case-list';
import { unique } from '../../lib/pages';
import { toQuery, type CaseFilters } from './filters';

interface ListPage {
  items: Case[];
  nextCursor?: string | null;
  total?: number | null;
}

/** What a list shows, as far as it is loaded. Pure. */
export function listOf(filters: CaseFilters, pages: ListPage[]): CaseList {
  const numbers = unique(pages).map((item) => item.number);
  return {
    query: toQuery(filters),
    numbers,
    total: pages[0]?.total ?? numbers.length,
    cursor: pages.at(-1)?.nextCursor ?? null,
  };
}

export function useRemembered(filters: CaseFilters, pages: ListPage[] | undefined): void {
  const latest = useRef({ filters, pages });
  useEffect(() => {
    latest.current = { filters, pages };
  });
  useEffect(
    () => () => {
      const { filters: asked, pages: shown } = latest.current;
      if (shown !== undefined) keepList(listOf(asked, shown));
    },
    [],
  );
}
