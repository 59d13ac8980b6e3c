/** The task list's filters as they stand in the URL. Pure. */
import type { Task, TaskQuery } from '../../api/schema';

const SHOWS = ['mine', 'available', 'delegated', 'all', 'completed'] as const;
export type TaskShow = (typeof SHOWS)[number];
const SORTS = ['dueAt', 'followUpAt', 'priority', 'name', 'createdAt', 'completedAt'] as const;
export interface TaskFilters {
  show?: TaskShow;
  /** A column, `-` in front: descending; by due date when there is none. */
  sort?: string;
  /** Only those that are due on this day, as days are where the reader is. */
  due?: 'today';
  search?: string;
  definition?: string;
  /** Id of a person, or `none`: those of all that they have, or that nobody has. Who asks for somebody's does not ask for their own. */
  assignee?: string;
  /** Only those whose date has passed. */
  overdue?: boolean;
  /** Of completed ones: whoever completed them. */
  everybody?: boolean;
}

export function taskFilters(search: Record<string, unknown>): TaskFilters {
  const filters: TaskFilters = {};
  const show = SHOWS.find((each) => each !== 'mine' && each === search.show);
  if (show !== undefined) filters.show = show;
  if (typeof search.search === 'string' && search.search.trim() !== '') filters.search = search.search;
  if (typeof search.definition === 'string' && search.definition !== '') filters.definition = search.definition;
  Object.assign(filters, ofAssignee(filters.show, search.assignee));
  if (search.overdue === true) filters.overdue = true;
  else if (search.due === 'today') filters.due = 'today';
  if (search.everybody === true && show === 'completed') filters.everybody = true;
  const { sort } = search;
  if (typeof sort === 'string' && SORTS.some((each) => sort === each || sort === `-${each}`)) filters.sort = sort;
  return filters;
}

/** Of what is open, somebody's tasks are looked for among all; what is completed was completed by somebody. */
function ofAssignee(show: TaskShow | undefined, assignee: unknown): Pick<TaskFilters, 'show' | 'assignee'> {
  if (typeof assignee !== 'string' || assignee === '') return {};
  if (show !== 'completed') return { show: 'all', assignee };
  return assignee === 'none' ? {} : { assignee };
}

const midnight = (now: Date, days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);

/** Columns that a completed task is sorted by. */
const COMPLETED_SORTS = ['completedAt', '-completedAt', 'name', '-name'];

function completedQuery({ search, definition, assignee, everybody, sort = '' }: TaskFilters): TaskQuery {
  return {
    state: 'completed',
    search,
    definition,
    sort: COMPLETED_SORTS.includes(sort) ? sort : '-completedAt',
    assignee: assignee ?? (everybody === true ? undefined : 'me'),
  };
}

/** The list as its switch says: what only the other one has is dropped. */
export function shownAs(filters: TaskFilters, show: TaskShow): TaskFilters {
  const { search, definition } = filters;
  const kept = show === 'completed' || filters.show === 'completed' ? { search, definition } : filters;
  return { ...kept, assignee: undefined, show: show === 'mine' ? undefined : show };
}

/** Those that somebody has, or nobody, are looked for among all; without one it is all that are left. */
export function assignedTo(filters: TaskFilters, assignee: string | undefined): TaskFilters {
  return { ...filters, assignee, show: filters.show === 'completed' ? 'completed' : 'all' };
}

/** What the server is asked for; `now` is part of it only by its day. */
export function taskQueryOf(filters: TaskFilters, now: Date): TaskQuery {
  if (filters.show === 'completed') return completedQuery(filters);
  const query: TaskQuery = { search: filters.search, definition: filters.definition, sort: filters.sort ?? 'dueAt' };
  if (filters.overdue === true) query.overdue = true;
  else if (filters.due === 'today') {
    query.dueFrom = midnight(now, 0).toISOString();
    query.dueBefore = midnight(now, 1).toISOString();
  }
  if (filters.assignee !== undefined) return { ...query, assignee: filters.assignee };
  if (filters.show === undefined || filters.show === 'mine') query.assignee = 'me';
  else if (filters.show === 'available') return { ...query, assignee: 'none', candidate: 'me' };
  else if (filters.show === 'delegated') query.delegatedBy = 'me';
  return query;
}

/** The order after a click on a column: up, down, and back to the usual one. */
export function sortedBy(filters: TaskFilters, column: string): TaskFilters {
  const usual = filters.show === 'completed' ? '-completedAt' : 'dueAt';
  const current = filters.sort ?? usual;
  const next = current === column ? `-${column}` : current === `-${column}` ? undefined : column;
  return { ...filters, sort: next === usual ? undefined : next };
}

/** What is counted on the first page; each number leads to the list of what it counts. */
export const COUNTED_TASKS = {
  mine: {},
  overdue: { overdue: true },
  today: { due: 'today' },
  available: { show: 'available' },
  delegated: { show: 'delegated' },
} satisfies Record<string, TaskFilters>;

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
