/** What a saved view keeps of a list, and whether the list has moved away from it. Pure. */
import type { SavedView, SaveView } from '../../../api/schema';
import { caseFilters, type CaseFilters } from '../filters';

/** The address of a view: what it keeps, spelled out, and which one it is. A copied link shows the same list when the view is gone. */
export function searchOf(view: Pick<SavedView, 'id' | 'filters' | 'columns'>): CaseFilters {
  return caseFilters({
    ...view.filters,
    columns: view.columns.length === 0 ? undefined : view.columns.join(','),
    view: view.id,
  });
}

/** What of a list is kept: everything but which view it came from. */
export function contentOf(filters: CaseFilters): Pick<SaveView, 'filters' | 'columns'> {
  const { view: _, columns, peek: _peek, axis: _axis, ...kept } = filters;
  const filled = Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { filters: Object.fromEntries(filled), columns: columns === undefined ? [] : columns.split(',') };
}

function same(a: Record<string, string>, b: Record<string, string>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);
}

/** A list that was narrowed, sorted or laid out in another way than its view says. */
export function isChanged(view: Pick<SavedView, 'filters' | 'columns'>, filters: CaseFilters): boolean {
  const now = contentOf(filters);
  return !same(view.filters, now.filters ?? {}) || view.columns.join(',') !== (now.columns ?? []).join(',');
}

/** The ids with one of them put at the end, or taken out. */
export function toggled(ids: readonly string[], id: string): string[] {
  return ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
}
