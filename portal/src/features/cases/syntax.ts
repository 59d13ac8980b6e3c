/**
 * Filters as words: `is:open assignee:me queue:claims broken window`. What is typed into the search field and what stands in the
 * address are the same filters, told in two ways. Pure.
 */
import { AT_RISK, NARROWING, OPEN_KINDS, withFilter, type CaseFilters, type Narrowing } from './filters';

/** The word in front of the colon, for each filter. `search` has none: it is what is left. */
const WORDS: Record<Exclude<Narrowing, 'search'>, string> = {
  definition: 'type',
  stage: 'stage',
  status: 'status',
  statusKind: 'is',
  sla: 'sla',
  queue: 'queue',
  assignee: 'assignee',
  requester: 'from',
  label: 'label',
};
const KEYS = new Map(Object.entries(WORDS).map(([key, word]) => [word, key as Exclude<Narrowing, 'search'>]));

/** Short words for values that the address spells otherwise. */
const VALUES: Partial<Record<Narrowing, Record<string, string>>> = {
  statusKind: { open: OPEN_KINDS, closed: 'closed', paused: 'paused' },
  sla: { 'at-risk': AT_RISK, over: 'breached', running: 'running' },
};

/** One filter as it is typed: `assignee:me`, `from:"anna@example.org"`. */
export function spoken(key: Exclude<Narrowing, 'search'>, value: string): string {
  const known = Object.entries(VALUES[key] ?? {}).find(([, spelled]) => spelled === value)?.[0] ?? value;
  return `${WORDS[key]}:${/[\s"]/.test(known) ? `"${known.replaceAll('"', '')}"` : known}`;
}

/** The filters of the address with those of a text: known words set theirs, the rest is searched for. An empty value (`queue:`) takes a filter away. */
export function understood(filters: CaseFilters, text: string): CaseFilters {
  let next = filters;
  const rest: string[] = [];
  for (const whole of text.match(/[a-z]+:"[^"]*"|"[^"]*"|\S+/g) ?? []) {
    const [, word, told] = /^([a-z]+):(.*)$/.exec(whole) ?? [];
    const key = KEYS.get(word ?? '');
    if (key === undefined) {
      rest.push(whole);
      continue;
    }
    const value = (told ?? '').replaceAll('"', '');
    next = withFilter(next, key, value === '' ? null : (VALUES[key]?.[value] ?? value));
  }
  return withFilter(next, 'search', rest.length === 0 ? null : rest.join(' '));
}

/** Whether a text has a word that would become a filter. */
export function speaks(text: string): boolean {
  return [...text.matchAll(/(?:^|\s)([a-z]+):/g)].some(([, word]) => KEYS.has(word ?? ''));
}

/** What narrows a list beside the words that are searched for, in the order of the bar. */
export function narrowed(filters: CaseFilters): { key: Exclude<Narrowing, 'search'>; value: string }[] {
  return NARROWING.flatMap((key) => {
    const value = filters[key];
    return key === 'search' || value === undefined ? [] : [{ key, value }];
  });
}
