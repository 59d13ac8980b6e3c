import { expect, it } from 'vitest';
import type { GroupCount, GroupCounts } from '../../api/schema';
import { behind, openCases, overviewFilters, within } from './filters';
import { loads } from './workload';

const counted = (value: string | null, count: number, label: string | null = null): GroupCount => ({
  value,
  label,
  count,
  atRisk: 0,
  breached: 0,
  oldestAt: null,
});
const groups = (...items: GroupCount[]): GroupCounts => ({ by: 'assignee', items, rest: 0 });

it('work that nobody has comes first, then those with most, then those with none', () => {
  const all = loads(
    groups(counted('ben', 1, 'Ben'), counted(null, 4), counted('gone', 1, 'Gone')),
    groups(counted('anna', 3)),
    [
      { id: 'anna', name: 'Anna' },
      { id: 'ben', name: 'Ben' },
      { id: 'carl', name: 'Carl' },
    ],
  );
  expect(all.map(({ id, name, cases, tasks }) => [id, name, cases.count, tasks.count])).toEqual([
    [null, null, 4, 0],
    ['anna', 'Anna', 0, 3],
    ['ben', 'Ben', 1, 0],
    // Who has an account no longer may have work still.
    ['gone', 'Gone', 1, 0],
    ['carl', 'Carl', 0, 0],
  ]);
});
it('a figure leads to the list that it counts', () => {
  const filters = overviewFilters({ definition: 'claim', queue: '', days: 7, assignee: 5 });
  expect(filters).toEqual({ definition: 'claim', queue: undefined, assignee: undefined, days: 7 });
  const open = openCases(filters);
  expect(behind(open, 'assignee', counted(null, 1))).toMatchObject({
    definition: 'claim',
    assignee: 'none',
    statusKind: 'open,paused',
  });
  expect(behind(open, 'queue', counted('claims', 1), 'breached')).toMatchObject({ queue: 'claims', sla: 'breached' });
  const closed = within(filters, 'closed', 'a', 'b');
  expect(closed).toMatchObject({ closedFrom: 'a', closedBefore: 'b', definition: 'claim' });
  expect(closed.statusKind).toBeUndefined();
});
