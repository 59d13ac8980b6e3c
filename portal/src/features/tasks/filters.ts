/** The task list's filters as they stand in the URL. Pure. */
import type { TaskQuery } from '../../api/schema';
import type { Task } from '../../api/schema';

export type TaskShow = 'mine' | 'available' | 'all';
export interface TaskFilters {
  show?: TaskShow;
  search?: string;
  definition?: string;
  /** Id of a person, or `none`; instead of `show`. */
  assignee?: string;
  /** Only those whose date has passed. */
  overdue?: boolean;
}

export function taskFilters(search: Record<string, unknown>): TaskFilters {
  const filters: TaskFilters = {};
  if (search.show === 'available' || search.show === 'all') filters.show = search.show;
  if (typeof search.search === 'string' && search.search.trim() !== '') filters.search = search.search;
  if (typeof search.definition === 'string' && search.definition !== '') filters.definition = search.definition;
  if (typeof search.assignee === 'string' && search.assignee !== '') filters.assignee = search.assignee;
  if (search.overdue === true) filters.overdue = true;
  return filters;
}

export function taskQueryOf(filters: TaskFilters): TaskQuery {
  const query: TaskQuery = { search: filters.search, definition: filters.definition, sort: 'dueAt' };
  if (filters.overdue === true) query.overdue = true;
  if (filters.assignee !== undefined) return { ...query, assignee: filters.assignee };
  if (filters.show === undefined || filters.show === 'mine') query.assignee = 'me';
  else if (filters.show === 'available') return { ...query, assignee: 'none', candidate: 'me' };
  return query;
}

export type Urgency = 'overdue' | 'today' | 'week' | 'later' | 'none';
/** When a task is due, in the words people plan with; days are those of the viewer's zone. */
export function urgency(task: Pick<Task, 'dueAt'>, now: Date): Urgency {
  if (task.dueAt === null) return 'none';
  const due = new Date(task.dueAt);
  if (due.getTime() < now.getTime()) return 'overdue';
  const endOfDay = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  if (due < endOfDay) return 'today';
  return due.getTime() < endOfDay.getTime() + 6 * 86_400_000 ? 'week' : 'later';
}

/** The task after the one that was completed: my own first, then what my groups may take. */
export function nextTask(done: string, mine: Task[], available: Task[]): Task | null {
  return mine.find((task) => task.id !== done) ?? available.find((task) => task.id !== done) ?? null;
}
