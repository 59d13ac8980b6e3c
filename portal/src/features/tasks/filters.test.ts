import { expect, it } from 'vitest';
import { assignedTo, COUNTED_TASKS, shownAs, sortedBy, taskFilters, taskQueryOf } from './filters';

const NOW = new Date(2026, 11, 1, 15, 30);

it('today is the day of the reader, whenever on it they look', () => {
  const query = taskQueryOf({ due: 'today' }, NOW);
  expect(query.dueFrom).toBe(new Date(2026, 11, 1).toISOString());
  expect(query.dueBefore).toBe(new Date(2026, 11, 2).toISOString());
  expect(taskQueryOf({ due: 'today' }, new Date(2026, 11, 1, 3))).toEqual(query);
});
it('what is counted on the first page is an address of the list, and reads as the same question', () => {
  for (const filters of Object.values(COUNTED_TASKS))
    expect(taskQueryOf(taskFilters(filters), NOW)).toEqual(taskQueryOf(filters, NOW));
});
it('what is overdue is not due today as well; what nobody knows is left out', () => {
  expect(taskFilters({ overdue: true, due: 'today' })).toEqual({ overdue: true });
  expect(taskFilters({ show: 'mine', sort: 'secret', due: 'tomorrow' })).toEqual({});
  expect(taskFilters({ show: 'delegated', sort: '-followUpAt' })).toEqual({ show: 'delegated', sort: '-followUpAt' });
});
it('mine and what nobody has are not asked for together: one leaves the other', () => {
  const unassigned = assignedTo(taskFilters({ overdue: true }), 'none');
  expect(unassigned).toEqual({ overdue: true, show: 'all', assignee: 'none' });
  expect(taskQueryOf(unassigned, NOW)).toMatchObject({ assignee: 'none', overdue: true });
  expect(shownAs(unassigned, 'mine')).toEqual({ overdue: true });
  expect(assignedTo(unassigned, undefined)).toEqual({ overdue: true, show: 'all' });
  // An address that says both, or asks who has what nobody completed, is read as what can be found.
  expect(taskFilters({ assignee: 'ben' })).toEqual({ show: 'all', assignee: 'ben' });
  expect(taskFilters({ show: 'delegated', assignee: 'none' })).toEqual({ show: 'all', assignee: 'none' });
  expect(taskFilters({ show: 'completed', assignee: 'none' })).toEqual({ show: 'completed' });
  expect(taskFilters({ show: 'completed', assignee: 'ben' })).toEqual({ show: 'completed', assignee: 'ben' });
});
it('a column sorts up, then down, then as usual', () => {
  const once = sortedBy({}, 'followUpAt');
  expect(once.sort).toBe('followUpAt');
  const twice = sortedBy(once, 'followUpAt');
  expect(twice.sort).toBe('-followUpAt');
  expect(sortedBy(twice, 'followUpAt').sort).toBeUndefined();
  expect(sortedBy({}, 'dueAt').sort).toBe('-dueAt');
  expect(sortedBy({ sort: '-dueAt' }, 'dueAt').sort).toBeUndefined();
});
it('what colleagues do for me is asked for by who has delegated it', () => {
  expect(taskQueryOf({ show: 'delegated' }, NOW)).toMatchObject({ delegatedBy: 'me' });
  expect(taskQueryOf({ show: 'delegated' }, NOW).assignee).toBeUndefined();
});
