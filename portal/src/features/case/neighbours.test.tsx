import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { Case } from '../../api/schema';
import { useShortcuts } from '../../app/shortcuts';
import { extended, forgetList, keepList, listIn, placeIn, type CaseList } from '../../lib/case-list';
import { serve, show } from '../../testing/render';
import { listOf } from '../cases/remembered';
import { Neighbours } from './neighbours';

const LIST: CaseList = { query: { search: 'hail' }, numbers: ['A-1', 'A-2', 'A-3'], total: 5, cursor: 'more' };
const item = (number: string) => ({ id: number, number }) as Case;
function Here({ number }: { number: string }) {
  useShortcuts(() => undefined);
  return <Neighbours number={number} tab="mail" />;
}

it('a case knows its place in the list, and nothing where it is in none', () => {
  expect(placeIn(LIST, 'A-2')).toEqual({ position: 2, total: 5, previous: 'A-1', next: 'A-3', needsMore: false });
  expect(placeIn(LIST, 'A-3')).toMatchObject({ next: null, needsMore: true });
  expect(placeIn({ ...LIST, cursor: null }, 'A-3')).toMatchObject({ next: null, needsMore: false });
  expect([placeIn(LIST, 'B-1'), placeIn(null, 'A-1')]).toEqual([null, null]);
});

it('a list goes on with its next page, each case once', () => {
  expect(extended(LIST, ['A-3', 'A-4'], null)).toEqual({
    ...LIST,
    numbers: ['A-1', 'A-2', 'A-3', 'A-4'],
    cursor: null,
  });
});

it('what is kept is what was loaded of the list; what is stored and is no list is none', () => {
  const pages = [
    { items: [item('A-1')], nextCursor: 'x', total: 9 },
    { items: [item('A-2'), item('A-1')], nextCursor: 'y', total: 9 },
  ];
  expect(listOf({ search: 'hail', columns: 'title' }, pages)).toEqual({
    query: { search: 'hail', sort: '-updatedAt' },
    numbers: ['A-1', 'A-2'],
    total: 9,
    cursor: 'y',
  });
  expect(['null', '[]', '{"numbers":[7],"query":{},"total":1}', 'x'].map(listIn)).toEqual([null, null, null, null]);
});

it('without a list there is nothing', async () => {
  serve({});
  forgetList();
  await show(<Here number="A-2" />);
  expect(screen.queryByTestId('neighbours')).toBeNull();
});

it('the keys and the buttons go through the list on the same tab', async () => {
  serve({});
  keepList(LIST);
  const { router } = await show(<Here number="A-2" />);
  expect(screen.getByTestId('place-in-list').textContent).toBe('2 of 5');
  expect(screen.getByTestId('previous-case').getAttribute('href')).toBe('/cases/A-1/mail');
  fireEvent.keyDown(document.body, { key: ']' });
  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/cases/A-3/mail'));
});

it('behind the last one that was loaded only the next page is asked for', async () => {
  const asked = serve({
    'GET /api/v1/cases': { body: { items: [{ id: '4', number: 'A-4' }], nextCursor: null, total: 5 } },
  });
  keepList(LIST);
  const { router } = await show(<Here number="A-3" />);
  await userEvent.click(screen.getByTestId('next-case'));
  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/cases/A-4/mail'));
  const lists = asked.filter(({ path }) => path === '/api/v1/cases');
  expect(lists.map(({ search }) => [search.get('cursor'), search.get('search')])).toEqual([['more', 'hail']]);
});
