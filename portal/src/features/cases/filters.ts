/** The case list's filters as they stand in the URL: a copied link shows the same list. Pure. */
import type { CaseQuery } from '../../api/schema';

export interface CaseFilters { definition?: string; stage?: string; status?: string; queue?: string; assignee?: string; search?: string; sort?: string }
const KEYS = ['definition', 'stage', 'status', 'queue', 'assignee', 'search', 'sort'] as const;
export const SORTABLE = ['updatedAt', 'dueAt', 'number', 'priority', 'createdAt'] as const;
export const DEFAULT_SORT = '-updatedAt';

/** Reads what a URL says; what is not a filter or not a text is dropped, never refused. */
export function caseFilters(search: Record<string, unknown>): CaseFilters {
  const filters: CaseFilters = {};
  for (const key of KEYS) {
    const value = search[key];
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text.trim() !== '') filters[key] = text;
  }
  if (filters.sort !== undefined && !SORTABLE.some((field) => field === filters.sort?.replace(/^-/, ''))) delete filters.sort;
  return filters;
}

export function toQuery(filters: CaseFilters): CaseQuery {
  return { ...filters, sort: filters.sort ?? DEFAULT_SORT };
}

/** One click sorts descending for times, ascending for names; the next one turns it around. */
export function nextSort(current: string | undefined, field: string): string {
  const sort = current ?? DEFAULT_SORT;
  if (sort === field) return `-${field}`;
  if (sort === `-${field}`) return field;
  return field === 'updatedAt' || field === 'createdAt' || field === 'priority' ? `-${field}` : field;
}

export function ariaSort(current: string | undefined, field: string): 'ascending' | 'descending' | 'none' {
  const sort = current ?? DEFAULT_SORT;
  return sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : 'none';
}

export function activeCount(filters: CaseFilters): number {
  return KEYS.filter((key) => key !== 'sort' && filters[key] !== undefined).length;
}

/** Changing the definition drops stage and status: they belong to it. */
export function withFilter(filters: CaseFilters, key: keyof CaseFilters, value: string | null): CaseFilters {
  const next: CaseFilters = { ...filters, [key]: value ?? undefined };
  if (key === 'definition') {
    delete next.stage;
    delete next.status;
  }
  return caseFilters(next as Record<string, unknown>);
}
