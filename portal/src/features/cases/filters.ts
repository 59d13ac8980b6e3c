/** The case list's filters as they stand in the URL: a copied link shows the same list. Pure. */
import type { CaseQuery } from '../../api/schema';

export interface CaseFilters {
  definition?: string;
  stage?: string;
  status?: string;
  statusKind?: string;
  sla?: string;
  queue?: string;
  assignee?: string;
  /** `me`: cases that the reader follows. */
  following?: string;
  requester?: string;
  label?: string;
  /** `high`, `normal`, `low`. */
  priority?: string;
  /** Instants; the later one is not in it. */
  createdFrom?: string;
  createdBefore?: string;
  closedFrom?: string;
  closedBefore?: string;
  /** Values of fields, `key:value`, and their ends, `key>=value`, separated by commas. */
  field?: string;
  search?: string;
  sort?: string;
  /** Ids of the columns that are shown, separated by commas; those of `DEFAULT_COLUMNS` when absent. */
  columns?: string;
  /** The saved view that this list came from. */
  view?: string;
  /** Number of the case that the panel beside the list shows. */
  peek?: string;
  /** What the columns of the board stand for; its stages when absent. */
  axis?: string;
}
/** What narrows a list, in the order in which it is told. */
export const NARROWING = [
  'definition',
  'stage',
  'status',
  'statusKind',
  'sla',
  'queue',
  'assignee',
  'following',
  'requester',
  'label',
  'priority',
  'createdFrom',
  'createdBefore',
  'closedFrom',
  'closedBefore',
  'field',
  'search',
] as const;
export type Narrowing = (typeof NARROWING)[number];
const KEYS = [...NARROWING, 'sort', 'columns', 'view', 'peek', 'axis'] as const;
export const DEFAULT_COLUMNS: readonly string[] = [
  'number',
  'title',
  'stage',
  'status',
  'assignee',
  'queue',
  'sla',
  'updated',
];
/** Every kind of status but closed. */
export const OPEN_KINDS = 'open,paused';
export const AT_RISK = 'atRisk,breached';
export const SORTABLE = [
  'updatedAt',
  'dueAt',
  'number',
  'priority',
  'createdAt',
  'title',
  'definition',
  'stage',
  'status',
  'assignee',
  'queue',
  'requester',
] as const;
export const DEFAULT_SORT = '-updatedAt';

/** Reads what a URL says; what is not a filter or not a text is dropped, never refused. */
export function caseFilters(search: Record<string, unknown>): CaseFilters {
  const filters: CaseFilters = {};
  for (const key of KEYS) {
    const value = search[key];
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text.trim() !== '') filters[key] = text;
  }
  const sort = filters.sort?.replace(/^-/, '') ?? DEFAULT_SORT;
  if (!sort.startsWith('field.') && !SORTABLE.some((field) => field === sort)) delete filters.sort;
  return filters;
}

export function toQuery(filters: CaseFilters): CaseQuery {
  const { columns: _columns, view: _view, peek: _peek, axis: _axis, ...asked } = filters;
  return { ...asked, sort: filters.sort ?? DEFAULT_SORT };
}

/** The columns of the list, in their order. */
export function columnsOf(filters: CaseFilters): readonly string[] {
  const chosen = filters.columns?.split(',').filter((id) => id !== '') ?? [];
  return chosen.length === 0 ? DEFAULT_COLUMNS : chosen;
}

/** Stands where the id of a view stands, and says that none is wanted: also not the one that the list begins with. */
export const NO_VIEW = 'all';

/** The list as it is when nothing is narrowed: its columns stay. */
export function widened(filters: CaseFilters): CaseFilters {
  return caseFilters({ sort: filters.sort, columns: filters.columns, view: NO_VIEW, axis: filters.axis });
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
  return NARROWING.filter((key) => filters[key] !== undefined).length;
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

/** What a figure of the first screen counts, and the list that its link leads to: one and the same filter. */
export const COUNTED = {
  myCases: { assignee: 'me', statusKind: OPEN_KINDS },
  unassigned: { assignee: 'none', queue: 'any', statusKind: OPEN_KINDS, sort: '-priority' },
  atRisk: { sla: AT_RISK, statusKind: OPEN_KINDS, sort: 'dueAt' },
} satisfies Record<string, CaseFilters>;
