import { screen, waitFor } from '@testing-library/react';
import { defaultParseSearch } from '@tanstack/react-router';
import { expect, it } from 'vitest';
import type { CaseQuery, TaskQuery } from '../../api/schema';
import { serve, show, type Asked } from '../../testing/render';
import { caseFilters, toQuery } from '../cases/filters';
import { taskFilters, taskQueryOf } from '../tasks/filters';
import { Home } from './home.view';

/** A number of its own for everything that can be asked, whatever is shown of it. */
function numberOf(query: Record<string, unknown>): number {
  const asked = Object.entries(query)
    .filter(([name, value]) => value !== undefined && !['sort', 'limit', 'total', 'cursor'].includes(name))
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join('&');
  return [...asked].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, 7) + 1;
}
const listed = ({ search }: Asked) => ({
  body: { items: [], nextCursor: null, total: numberOf(Object.fromEntries(search)) },
});

it('every number of the first page is that of the list behind it', async () => {
  serve({ 'GET /api/v1/tasks': listed, 'GET /api/v1/cases': listed });
  await show(<Home />);
  await waitFor(() => expect(document.querySelectorAll('[data-value]').length).toBe(6));
  for (const figure of document.querySelectorAll<HTMLAnchorElement>('a[data-value]')) {
    const { pathname, search } = new URL(figure.href);
    const filters = defaultParseSearch(search) as Record<string, unknown>;
    const query: TaskQuery | CaseQuery =
      pathname === '/tasks' ? taskQueryOf(taskFilters(filters), new Date()) : toQuery(caseFilters(filters));
    expect([figure.dataset.testid, Number(figure.dataset.value)]).toEqual([figure.dataset.testid, numberOf(query)]);
  }
  expect(await screen.findByText('With a colleague')).toBeTruthy();
});
