/** What is still open in a case that is to be closed: as the page knows it, and as the server says it when it refuses. Pure. */
import { ApiError } from '../../api/client';
import type { Case, Task } from '../../api/schema';

/** The counts are whole, the names may be the first of many. */
export interface OpenWork {
  tasks: number;
  processes: number;
  items: { kind: 'task' | 'process'; name: string; assignee: string | null }[];
}

/** What a refusal to close names; null when it is about something else. */
export function openWorkIn(error: unknown): OpenWork | null {
  if (!(error instanceof ApiError) || error.code !== 'case-has-open-work') return null;
  const { tasks, processes, items } = (error.details ?? {}) as Partial<OpenWork>;
  return {
    tasks: tasks ?? 0,
    processes: processes ?? 0,
    // A process belongs to nobody, and says nothing about it.
    items: (items ?? []).map(({ kind, name, assignee }) => ({ kind, name, assignee: assignee ?? null })),
  };
}

/** Whether the case waits for its child cases. */
export function waitsForChildren(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'case-has-open-children';
}

/** A 409 that says what stands in the way, and not that somebody else was faster. */
export function isRule(error: unknown): boolean {
  return waitsForChildren(error) || (error instanceof ApiError && error.code === 'case-merged');
}

/** What is open as far as it is known here; null when that is nothing. */
export function openWorkOf(item: Case, tasks: Pick<Task, 'name' | 'assignee'>[]): OpenWork | null {
  const running = item.processInstances.filter(({ state }) => state === 'ACTIVE' || state === 'STARTING');
  if (item.openTaskCount === 0 && running.length === 0) return null;
  return {
    tasks: Math.max(item.openTaskCount, tasks.length),
    processes: running.length,
    items: [
      ...tasks.map(({ name, assignee }) => ({ kind: 'task' as const, name, assignee })),
      ...running.map(({ name }) => ({ kind: 'process' as const, name, assignee: null })),
    ],
  };
}
