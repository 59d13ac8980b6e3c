/** Which part of an inbox is shown, as it stands in the address. Pure. */
import type { InboxQuery, Notification } from '../../api/schema';

export const SHOWS = ['open', 'unread', 'snoozed', 'done', 'all'] as const;
export type Show = (typeof SHOWS)[number];
export const KINDS = {
  mention: 'mention',
  task: 'task-created,task-assigned',
  mail: 'mail-received',
  deadline: 'sla-at-risk,sla-breached',
  case: 'case-assigned,stage-changed,case-followed',
} as const;
export type Kind = keyof typeof KINDS;
export interface InboxFilters {
  show?: Show;
  kind?: Kind;
}

export function inboxFilters(search: Record<string, unknown>): InboxFilters {
  return {
    show: SHOWS.find((show) => show === search.show && show !== 'open'),
    kind: Object.keys(KINDS).find((kind): kind is Kind => kind === search.kind),
  };
}

export function inboxQuery({ show, kind }: InboxFilters): InboxQuery {
  return { state: show ?? 'open', kind: kind === undefined ? undefined : KINDS[kind] };
}

/** What is told of one case, or one thing that is of no case. */
export interface Told {
  key: string;
  caseId: string | null;
  items: Notification[];
}

/** By case, in the order in which each first comes; what is of no case stands alone. */
export function byCase(items: readonly Notification[]): Told[] {
  const groups = new Map<string, Told>();
  for (const item of items) {
    const key = item.caseId ?? `alone:${item.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, caseId: item.caseId, items: [item] });
    else group.items.push(item);
  }
  return [...groups.values()];
}

export interface Snooze {
  id: 'hour' | 'tomorrow' | 'week';
  until: Date;
}

/** When it may come back: in an hour, tomorrow at eight, next Monday at eight, by the clock of the reader. */
export function snoozes(now: Date): Snooze[] {
  const morning = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 8);
  const untilMonday = ((8 - now.getDay()) % 7 || 7) as number;
  return [
    { id: 'hour', until: new Date(now.getTime() + 3_600_000) },
    { id: 'tomorrow', until: morning(1) },
    { id: 'week', until: morning(untilMonday) },
  ];
}
