/** The customer's story first: what the platform did by itself, one thing after the other, is one line that opens. Pure. */
import type { TimelineItem } from '../../api/schema';
import { day } from '../../lib/format';

/** What the platform does by itself, whoever called it to work. */
const AUTOMATIC: ReadonlySet<string> = new Set([
  'sla-started',
  'sla-paused',
  'sla-resumed',
  'process-started',
  'process-ended',
  'task-created',
  'notified',
  'rule-applied',
]);
/** What customers, colleagues and problems tell stays in sight, also where a machine wrote it down. */
const TOLD =
  /^(case-created|milestone-reached$|comment-|mail-|document-|linked$|unlinked$|open-work-cancelled|step-|problem-|compensated|sla-at-risk|sla-breached|sla-missed)/;

export function isAutomatic(entry: Pick<TimelineItem, 'kind' | 'actor'>): boolean {
  if (AUTOMATIC.has(entry.kind)) return true;
  return entry.actor.id.startsWith('system:') && !TOLD.test(entry.kind);
}

export type Line =
  | { kind: 'entry'; entry: TimelineItem }
  /** `id` stays the same while newer entries join the run: it is that of the oldest one that is loaded. */
  | { kind: 'fold'; id: string; entries: TimelineItem[] };

/** One automatic step alone says more than a line that hides it. */
const FEWEST = 2;

/** Entries, newest first, with runs of automatic ones of the same day as one line. */
export function folded(entries: readonly TimelineItem[]): Line[] {
  const lines: Line[] = [];
  let run: TimelineItem[] = [];
  const close = () => {
    const oldest = run.at(-1);
    if (oldest !== undefined && run.length >= FEWEST) lines.push({ kind: 'fold', id: oldest.id, entries: run });
    else lines.push(...unfolded(run));
    run = [];
  };
  for (const entry of entries) {
    const before = run.at(-1);
    if (before !== undefined && day(before.at) !== day(entry.at)) close();
    if (isAutomatic(entry)) {
      run.push(entry);
      continue;
    }
    close();
    lines.push({ kind: 'entry', entry });
  }
  close();
  return lines;
}

export function unfolded(entries: readonly TimelineItem[]): Line[] {
  return entries.map((entry) => ({ kind: 'entry', entry }));
}

/** When the newest thing of a line happened. */
export function lineTime(line: Line): string {
  return line.kind === 'entry' ? line.entry.at : (line.entries[0]?.at ?? '');
}

/** A fold is open while one of its entries was opened: those that join it later do not close it. */
export function isOpen(entries: readonly TimelineItem[], opened: ReadonlySet<string>): boolean {
  return entries.some((entry) => opened.has(entry.id));
}

export function toggledFold(entries: readonly TimelineItem[], opened: ReadonlySet<string>): ReadonlySet<string> {
  const next = new Set(opened);
  const close = isOpen(entries, opened);
  for (const { id } of entries) {
    if (close) next.delete(id);
    else next.add(id);
  }
  return next;
}

const ADDRESS = /^#?event-(.+)$/;
/** The entry that the fragment of an address names. */
export function entryOf(hash: string): string | null {
  return ADDRESS.exec(hash)?.[1] ?? null;
}
export const addressOf = (id: string) => `event-${id}`;
