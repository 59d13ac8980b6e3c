import { expect, it } from 'vitest';
import { COUNTED_TASKS, sortedBy, taskFilters, taskQueryOf } from './filters';

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
