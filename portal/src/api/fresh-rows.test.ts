import { expect, it } from 'vitest';
import { changedBelow, refreshed, type Pages } from './fresh-rows';

const row = (id: string, version = 1) => ({ id, number: `CLM-${id}`, version });
const top = { items: [row('1'), row('2')], nextCursor: 'c1', total: 4 };
const list: Pages<ReturnType<typeof row>> = {
  pageParams: [undefined, 'c1'],
  pages: [top, { items: [row('3'), row('4')], nextCursor: null, total: 4 }],
};
const ids = (data: typeof list) => data.pages.flatMap((page) => page.items).map((each) => `${each.id}.${each.version}`);

it('only rows below the first page that changed are asked for again', () => {
  const first = { items: [row('4', 2), row('1')], nextCursor: 'x', total: 4 };
  expect(changedBelow(list, first, new Set(['4', '3', 'elsewhere']))).toEqual(['CLM-3']);
});
it('a row that moved to the top is not left behind, and what slid off the first page is not lost', () => {
  const first = { items: [row('4', 2), row('1')], nextCursor: 'x', total: 4 };
  expect(ids(refreshed(list, first, [], new Set(['4'])))).toEqual(['4.2', '1.1', '2.1', '3.1']);
});
it('a changed row below is replaced, and leaves when the list does not hold it any more', () => {
  expect(ids(refreshed(list, top, [row('3', 7)], new Set(['3'])))).toEqual(['1.1', '2.1', '3.7', '4.1']);
  expect(ids(refreshed(list, top, [], new Set(['3'])))).toEqual(['1.1', '2.1', '4.1']);
});
it('the total is the new one', () => {
  expect(refreshed(list, { ...top, total: 5 }, [], new Set()).pages[0]?.total).toBe(5);
});
