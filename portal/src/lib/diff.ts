/** What changed between the case a person edited and the case the server has now, for the conflict dialog after a 412. */
import type { Case } from '../api/schema';

export interface Change {
  /** As in `mine`: a property of the case, or `fields.` and the key of a field. */
  property: string;
  label: string;
  mine: unknown;
  before: unknown;
  theirs: unknown;
  collides: boolean;
}

const PROPERTIES = ['title', 'stageName', 'statusName', 'queue', 'priority', 'assignee', 'dueAt', 'labels'] as const;
export type CaseProperty = (typeof PROPERTIES)[number];

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
function shown(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? (value as { name: unknown }).name : value;
}

/**
 * `before` is what the edit started from, `theirs` the server's current state, `mine` the edited values by property (`fields.x` for a field).
 * A change collides when both sides touched the same place and disagree.
 */
export function changes(
  before: Case,
  theirs: Case,
  mine: Record<string, unknown>,
  label: (property: string) => string,
): Change[] {
  const result: Change[] = [];
  const compare = (property: string, old: unknown, now: unknown) => {
    const edited = property in mine;
    if (same(old, now) && !edited) return;
    const collides = edited && !same(old, now) && !same(mine[property], now);
    if (!same(old, now) || collides)
      result.push({
        property,
        label: label(property),
        before: shown(old),
        theirs: shown(now),
        mine: edited ? shown(mine[property]) : undefined,
        collides,
      });
  };
  for (const property of PROPERTIES) compare(property, before[property], theirs[property]);
  for (const key of new Set([...Object.keys(before.fields), ...Object.keys(theirs.fields)]))
    compare(`fields.${key}`, before.fields[key], theirs.fields[key]);
  return result;
}
