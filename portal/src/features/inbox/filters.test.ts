import { expect, it } from 'vitest';
import type { Notification } from '../../api/schema';
import { byCase, inboxFilters, inboxQuery, snoozes } from './filters';

const told = (id: string, caseId: string | null) => ({ id, caseId }) as Notification;

it('what is told of one case stands together, where it first comes', () => {
  const groups = byCase([told('1', 'a'), told('2', null), told('3', 'b'), told('4', 'a'), told('5', null)]);
  expect(groups.map(({ items }) => items.map(({ id }) => id))).toEqual([['1', '4'], ['2'], ['3'], ['5']]);
});
it('an address says which part of the inbox is shown; what is no part is the open one', () => {
  expect(inboxQuery(inboxFilters({ show: 'done', kind: 'deadline' }))).toEqual({
    state: 'done',
    kind: 'sla-at-risk,sla-breached',
  });
  expect(inboxQuery(inboxFilters({ show: 'lost', kind: 'weather' }))).toEqual({ state: 'open', kind: undefined });
});
it.each([
  // A Monday, a Tuesday, a Sunday: next week is never today.
  [new Date(2026, 10, 30, 12), new Date(2026, 11, 7, 8)],
  [new Date(2026, 11, 1, 12), new Date(2026, 11, 7, 8)],
  [new Date(2026, 11, 6, 12), new Date(2026, 11, 7, 8)],
])('on %s next Monday is %s', (now, monday) => {
  const [hour, tomorrow, week] = snoozes(now);
  expect(hour?.until.getTime()).toBe(now.getTime() + 3_600_000);
  expect(tomorrow?.until).toEqual(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8));
  expect(week?.until).toEqual(monday);
});
