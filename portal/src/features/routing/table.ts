/** Ordered rules of routing, while they are changed and in words. Pure. */
import type { RoutingMoment, RoutingRule, RoutingTable, RoutingTarget } from '../../api/schema';
import { t } from '../../i18n';
import { skillsOf, skillsText } from '../queues/skills-input';

export const MOMENTS: readonly RoutingMoment[] = ['created', 'mail', 'request'];

export function momentName(moment: RoutingMoment): string {
  if (moment === 'created') return t('A case begins');
  if (moment === 'mail') return t('Mail comes to a case that nobody has');
  return t('Somebody asks for it');
}

/** A rule as a dialog has it; a catch-all has neither condition nor moments. */
export interface Draft {
  id: string;
  name: string;
  when: string;
  on: RoutingMoment[];
  queue: string | null;
  assignee: string | null;
  skills: string;
  priority: number | null;
}

const NOTHING: RoutingTarget = { queue: null, assignee: null, skills: [], priority: null };

export function draftOf(rule: Partial<RoutingRule> | null): Draft {
  const { queue, assignee, skills, priority } = { ...NOTHING, ...rule?.then };
  return {
    id: rule?.id ?? '',
    name: rule?.name ?? '',
    when: rule?.when ?? '',
    on: rule?.on ?? ['created', 'request'],
    queue: queue ?? null,
    assignee: assignee ?? null,
    skills: skillsText(skills),
    priority: priority ?? null,
  };
}

export function targetOf({ queue, assignee, skills, priority }: Draft): RoutingTarget {
  return { queue, assignee: assignee === '' ? null : assignee, skills: skillsOf(skills), priority };
}

export function ruleOf(draft: Draft): RoutingRule {
  const { id, name, when, on } = draft;
  return { id, name, when, on, then: targetOf(draft) };
}

/** The rule at `from` is at `to` then. Outside of the table nothing moves. */
export function moved(table: RoutingTable, from: number, to: number): RoutingTable {
  const rules = [...table.rules];
  const [rule] = rules.splice(from, 1);
  if (rule === undefined || to < 0 || to > rules.length) return table;
  rules.splice(to, 0, rule);
  return { ...table, rules };
}

/** `at` is -1 for a new rule, which comes last: before the catch-all. */
export function withRule(table: RoutingTable, at: number, rule: RoutingRule): RoutingTable {
  return {
    ...table,
    rules: at < 0 ? [...table.rules, rule] : table.rules.map((each, place) => (place === at ? rule : each)),
  };
}

export function withoutRule(table: RoutingTable, at: number): RoutingTable {
  return { ...table, rules: table.rules.filter((_, place) => place !== at) };
}

/** What a target says, one thing after the other. */
export function targetWords(target: Partial<RoutingTarget>, queueName: (id: string) => string): string[] {
  const { queue, assignee, skills, priority } = target;
  return [
    queue == null ? '' : t('to queue {queue}', { queue: queueName(queue) }),
    assignee == null ? '' : t('to {name}', { name: assignee }),
    (skills ?? []).length === 0 ? '' : t('asks for {skills}', { skills: skillsText(skills) }),
    priority == null ? '' : t('priority {priority}', { priority }),
  ].filter((each) => each !== '');
}
