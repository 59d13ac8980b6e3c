/** What the figures of a team are narrowed by, as it stands in the address; and the list that is behind a figure. Pure. */
import type { GroupCount } from '../../api/schema';
import { AT_RISK, OPEN_KINDS, type CaseFilters } from '../cases/filters';

export const PERIODS = [7, 30, 90] as const;
export type Period = (typeof PERIODS)[number];
export interface OverviewFilters {
  definition?: string;
  queue?: string;
  assignee?: string;
  days?: Period;
}
export interface WorkloadFilters {
  definition?: string;
  queue?: string;
  /** Whose work is shown piece by piece. */
  person?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

export function overviewFilters(search: Record<string, unknown>): OverviewFilters {
  return {
    definition: text(search.definition),
    queue: text(search.queue),
    assignee: text(search.assignee),
    days: PERIODS.find((days) => days === search.days),
  };
}

export function workloadFilters(search: Record<string, unknown>): WorkloadFilters {
  return { definition: text(search.definition), queue: text(search.queue), person: text(search.person) };
}

/** The open cases that an overview is about: what a figure counts, and what its link leads to. */
export function openCases({ definition, queue, assignee }: OverviewFilters): CaseFilters {
  return { definition, queue, assignee, statusKind: OPEN_KINDS };
}

/** A day's, or a period's, cases: whatever their state is now. */
export function within(
  filters: OverviewFilters,
  what: 'created' | 'closed',
  from: string,
  before: string,
): CaseFilters {
  const { definition, queue, assignee } = filters;
  const base = { definition, queue, assignee, view: 'all' };
  return what === 'created'
    ? { ...base, createdFrom: from, createdBefore: before }
    : { ...base, closedFrom: from, closedBefore: before };
}

/** The list behind a group of a figure. */
export function behind(filters: CaseFilters, by: string, group: Pick<GroupCount, 'value'>, sla?: string): CaseFilters {
  return { ...filters, [by]: group.value ?? 'none', ...(sla === undefined ? {} : { sla }), view: 'all' };
}

export const RISKS = { atRisk: 'atRisk', breached: 'breached', both: AT_RISK } as const;
