/** What can be found, as the address says it. */
export const KINDS = ['case', 'comment', 'mail', 'file', 'task', 'record', 'person'] as const;
export type HitKind = (typeof KINDS)[number];

export interface SearchFilters {
  q?: string;
  kind?: HitKind;
}

export function isKind(text: unknown): text is HitKind {
  return KINDS.some((kind) => kind === text);
}

/** What the address says. */
export function searchFilters(search: Record<string, unknown>): SearchFilters {
  // The router reads a number where one stands.
  const q = typeof search.q === 'number' ? String(search.q) : search.q;
  return { q: typeof q === 'string' && q !== '' ? q : undefined, kind: isKind(search.kind) ? search.kind : undefined };
}
