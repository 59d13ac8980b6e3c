/** What the columns of the board stand for, which cases are in each, and what a card that is moved there becomes. Pure. */
import type { Case, CaseDefinition, CasePatch, CaseQuery, Queue } from '../../api/schema';
import { t } from '../../i18n';
import { OPEN_KINDS, toQuery, type CaseFilters } from './filters';

export const AXES = ['stage', 'status', 'priority', 'assignee', 'queue'] as const;
export type Axis = (typeof AXES)[number];

export interface BoardColumnOf {
  id: string;
  name: string;
  /** Narrows the list to the column. */
  filters: CaseFilters;
  has: (item: Case) => boolean;
  patch: CasePatch;
  /** What the card looks like at once. */
  shown: Partial<Case>;
  /** As many cases as are meant to be in it; null: as many as there are. */
  limit: number | null;
}

export interface Known {
  queues: readonly Pick<Queue, 'id' | 'name'>[];
  people: readonly { id: string; name: string }[];
}

export function axisOf(filters: CaseFilters): Axis {
  return AXES.find((axis) => axis === filters.axis) ?? 'stage';
}

export function axisName(axis: Axis): string {
  const names: Record<Axis, () => string> = {
    stage: () => t('Stage'),
    status: () => t('Status'),
    priority: () => t('Priority'),
    assignee: () => t('Assignee'),
    queue: () => t('Queue'),
  };
  return names[axis]();
}

const BANDS: [string, number, () => string, (priority: number) => boolean][] = [
  ['high', 90, () => t('High'), (priority) => priority >= 80],
  ['normal', 50, () => t('Normal'), (priority) => priority >= 40 && priority < 80],
  ['low', 20, () => t('Low'), (priority) => priority < 40],
];

export function columnsOfAxis(axis: Axis, definition: CaseDefinition, { queues, people }: Known): BoardColumnOf[] {
  switch (axis) {
    case 'stage':
      return definition.stages.map((stage) => ({
        id: stage.id,
        name: stage.name,
        filters: { stage: stage.id },
        has: (item) => item.stage === stage.id,
        patch: { stage: stage.id },
        shown: { stageName: stage.name },
        limit: stage.wipLimit?.limit ?? null,
      }));
    case 'status':
      // Closing is asked about on the page of the case: it may end work.
      return definition.statuses
        .filter((status) => status.kind !== 'closed')
        .map((status) => ({
          id: status.id,
          name: status.name,
          filters: { status: status.id },
          has: (item) => item.status === status.id,
          patch: { status: status.id },
          shown: { statusName: status.name, statusKind: status.kind },
          limit: null,
        }));
    case 'priority':
      return BANDS.map(([id, priority, name, has]) => ({
        id,
        name: name(),
        filters: { priority: id },
        has: (item) => has(item.priority),
        patch: { priority },
        shown: {},
        limit: null,
      }));
    case 'assignee':
      return [{ id: 'none', name: t('Nobody') }, ...people].map(({ id, name }) => ({
        id,
        name,
        filters: { assignee: id },
        has: (item) => (item.assignee?.id ?? 'none') === id,
        patch: { assignee: id === 'none' ? null : id },
        shown: { assignee: id === 'none' ? null : { id, name } },
        limit: null,
      }));
    case 'queue': {
      // A definition that names its queues takes no others.
      const named = definition.queues ?? [];
      const taken = named.length === 0 ? queues : queues.filter((queue) => named.includes(queue.id));
      return [...taken, { id: 'none', name: t('In no queue') }].map(({ id, name }) => ({
        id,
        name,
        filters: { queue: id },
        has: (item) => (item.queue ?? 'none') === id,
        patch: { queue: id === 'none' ? null : id },
        shown: {},
        limit: null,
      }));
    }
  }
}

/** The cases of one column of the board, and the closed ones that it only counts. */
export function columnQuery(
  filters: CaseFilters,
  definition: string,
  column: Pick<BoardColumnOf, 'filters'>,
): { open: CaseQuery; closed: CaseQuery | null } {
  const { statusKind, ...rest } = filters;
  const base = toQuery({ ...rest, definition, ...column.filters });
  const kinds = (statusKind ?? OPEN_KINDS)
    .split(',')
    .filter((kind) => kind !== 'closed')
    .join(',');
  return {
    open: { ...base, statusKind: kinds === '' ? OPEN_KINDS : kinds },
    closed: statusKind === undefined && column.filters.status === undefined ? { ...base, statusKind: 'closed' } : null,
  };
}

/** Whether a column may be shown beside what the filter bar has narrowed already: a column of another person's cases is empty. */
export function isWithin(
  column: Pick<BoardColumnOf, 'filters'>,
  filters: CaseFilters,
  me: string | undefined,
): boolean {
  return Object.entries(column.filters).every(([key, value]) => {
    const narrowed = filters[key as keyof CaseFilters];
    if (narrowed === undefined || typeof value !== 'string') return true;
    if (key === 'queue' && narrowed === 'any') return value !== 'none';
    if (key === 'assignee' && narrowed === 'me') return value === me;
    return narrowed.split(',').includes(value);
  });
}
