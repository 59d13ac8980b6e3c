/** People with what they have to do: those who have work, and those who have none. Pure. */
import type { GroupCount, GroupCounts } from '../../api/schema';

export interface Load {
  /** Null: work that nobody has. */
  id: string | null;
  name: string | null;
  cases: GroupCount;
  tasks: GroupCount;
}

const none = (value: string | null): GroupCount => ({
  value,
  label: null,
  count: 0,
  atRisk: 0,
  breached: 0,
  oldestAt: null,
});

const of = (groups: GroupCounts | undefined, id: string | null): GroupCount =>
  groups?.items.find((group) => group.value === id) ?? none(id);

export function loads(
  cases: GroupCounts | undefined,
  tasks: GroupCounts | undefined,
  people: readonly { id: string; name: string }[],
): Load[] {
  const ids = new Set<string | null>([null, ...people.map(({ id }) => id)]);
  for (const group of [...(cases?.items ?? []), ...(tasks?.items ?? [])]) ids.add(group.value);
  const all = [...ids].map((id) => ({
    id,
    name: people.find((person) => person.id === id)?.name ?? of(cases, id).label,
    cases: of(cases, id),
    tasks: of(tasks, id),
  }));
  // What nobody has comes first: that is what a supervisor gives away.
  return all.sort(
    (a, b) =>
      Number(a.id !== null) - Number(b.id !== null) ||
      b.cases.count + b.tasks.count - (a.cases.count + a.tasks.count) ||
      (a.name ?? a.id ?? '').localeCompare(b.name ?? b.id ?? ''),
  );
}
