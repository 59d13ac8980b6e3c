/**
 * Bringing long lists up to date without loading them again: the first page is asked for anew, and of the rows further down only those that changed.
 * What was loaded stays where it is. Pure; who fetches is in `live.ts`.
 */
interface Row {
  id: string;
  number?: string;
  version?: number;
}
export interface ListPage<T> {
  items: T[];
  nextCursor?: string | null;
  total?: number | null;
}
export interface Pages<T> {
  pages: ListPage<T>[];
  pageParams: unknown[];
}

/** Rows behind the first page that these cases have; their numbers are what the server can be asked for. */
export function changedBelow<T extends Row>(
  data: Pages<T>,
  first: ListPage<T>,
  changed: ReadonlySet<string>,
): string[] {
  const above = new Set(first.items.map((row) => row.id));
  const numbers = data.pages
    .flatMap((page) => page.items)
    .filter((row) => changed.has(row.id) && !above.has(row.id))
    .flatMap((row) => row.number ?? []);
  return [...new Set(numbers)];
}

/**
 * The list after a change: the first page as the server has it now, below it what was loaded, with the changed rows replaced; a changed row that the
 * server did not give back does not belong to the list any more. Rows that slid off the first page stay, right behind it.
 */
export function refreshed<T extends Row>(
  data: Pages<T>,
  first: ListPage<T>,
  again: T[],
  changed: ReadonlySet<string>,
): Pages<T> {
  const [before, ...rest] = data.pages;
  if (before === undefined) return data;
  const above = new Set(first.items.map((row) => row.id));
  const anew = new Map(again.map((row) => [row.id, row]));
  const kept = (rows: T[]) =>
    rows.filter((row) => !above.has(row.id)).flatMap((row) => (changed.has(row.id) ? (anew.get(row.id) ?? []) : row));
  if (rest.length === 0) return { ...data, pages: [first] };
  const slid = kept(before.items);
  // The cursor behind the first page stays that of the pages that were loaded: what follows them has not been asked for yet.
  const top: ListPage<T> = { ...first, items: [...first.items, ...slid], nextCursor: before.nextCursor };
  return { ...data, pages: [top, ...rest.map((page) => ({ ...page, items: kept(page.items) }))] };
}
