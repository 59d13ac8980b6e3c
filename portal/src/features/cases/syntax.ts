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
  following: 'following',
  requester: 'from',
  label: 'label',
  priority: 'priority',
  createdFrom: 'after',
  createdBefore: 'before',
  closedFrom: 'closedafter',
  closedBefore: 'closedbefore',
  field: 'field',
};
const KEYS = new Map(Object.entries(WORDS).map(([key, word]) => [word, key as Exclude<Narrowing, 'search'>]));

/** Short words for values that the address spells otherwise. */
const VALUES: Partial<Record<Narrowing, Record<string, string>>> = {
  statusKind: { open: OPEN_KINDS, closed: 'closed', paused: 'paused' },
  sla: { 'at-risk': AT_RISK, over: 'breached', running: 'running' },
};

const INSTANTS: ReadonlySet<string> = new Set(['createdFrom', 'createdBefore', 'closedFrom', 'closedBefore']);

/** A day, or an instant, as the address has it; a day begins where the reader is. Null when it is neither. */
function instant(told: string): string | null {
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(told) ? `${told}T00:00` : told);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

const two = (part: number) => String(part).padStart(2, '0');

/** An instant at which a day begins is told by the day. */
function dayOf(value: string): string {
  const at = new Date(value);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return instant(day) === value ? day : value;
}

/** One filter as it is typed: `assignee:me`, `from:"anna@example.org"`. */
export function spoken(key: Exclude<Narrowing, 'search'>, value: string): string {
  const known =
    Object.entries(VALUES[key] ?? {}).find(([, spelled]) => spelled === value)?.[0] ??
    (INSTANTS.has(key) ? dayOf(value) : value);
  return `${WORDS[key]}:${/[\s"]/.test(known) ? `"${known.replaceAll('"', '')}"` : known}`;
}

/** A value of one field, or an end of it: `fields.amount>=100`, `field.policy:HB-1`. */
const FIELD = /^fields?\.([^:<>,\s]+)(:|[<>]=?)([^,\s]+)$/;

/** The filter of fields with one more; another value on the same side of the same field is gone. */
function withField(filter: string | undefined, [, key, side, value]: string[]): string {
  const others = (filter ?? '').split(',').filter((each) => each !== '' && !isOf(each, `${key}${side}`));
  return [...others, `${key}${side}${value}`].join(',');
}

function isOf(each: string, start: string): boolean {
  // `amount>` is no beginning of `amount>=100`.
  return each.startsWith(start) && each[start.length] !== '=';
}

/** The filters of the address with those of a text: known words set theirs, the rest is searched for. An empty value (`queue:`) takes a filter away. */
export function understood(filters: CaseFilters, text: string): CaseFilters {
  let next = filters;
  const rest: string[] = [];
  for (const whole of text.match(/[a-z]+:"[^"]*"|"[^"]*"|\S+/g) ?? []) {
    const end = FIELD.exec(whole);
    if (end !== null) {
      next = withFilter(next, 'field', withField(next.field, end));
      continue;
    }
    const [, word, told] = /^([a-z]+):(.*)$/.exec(whole) ?? [];
    const key = KEYS.get(word ?? '');
    if (key === undefined) {
      rest.push(whole);
      continue;
    }
    const value = (told ?? '').replaceAll('"', '');
    const spelled = INSTANTS.has(key) ? instant(value) : (VALUES[key]?.[value] ?? value);
    // What is no time is left in the field, where it can be mended.
    if (spelled === null && value !== '') rest.push(whole);
    else next = withFilter(next, key, value === '' ? null : spelled);
  }
  return withFilter(next, 'search', rest.length === 0 ? null : rest.join(' '));
}

/** Whether a text has a word that would become a filter. */
export function speaks(text: string): boolean {
  if (text.split(/\s+/).some((word) => FIELD.test(word))) return true;
  return [...text.matchAll(/(?:^|\s)([a-z]+):/g)].some(([, word]) => KEYS.has(word ?? ''));
}

/** What narrows a list beside the words that are searched for, in the order of the bar. */
export function narrowed(filters: CaseFilters): { key: Exclude<Narrowing, 'search'>; value: string }[] {
  return NARROWING.flatMap((key) => {
    const value = filters[key];
    return key === 'search' || value === undefined ? [] : [{ key, value }];
  });
}
