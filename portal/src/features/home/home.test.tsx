import { screen, waitFor } from '@testing-library/react';
import { defaultParseSearch } from '@tanstack/react-router';
import { expect, it } from 'vitest';
import type { CaseQuery, TaskQuery } from '../../api/schema';
import { ANNA, serve, show, type Asked } from '../../testing/render';
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

const DANA = { ...ANNA, id: 'dana', name: 'Dana Silva', roles: ['process-developer'] };
/** What the role of a process developer grants of what the first page is about. */
const DEVELOPS = ['case:read', 'task:read', 'notification:*', 'queue:*', 'process-instance:*', 'incident:*'];
const page = (items: unknown[]) => ({ body: { items, nextCursor: null, total: items.length } });
const failed = (id: string, type: string) => ({
  id,
  type,
  message: `Why ${id} stands still`,
  elementId: 'register',
  elementName: 'Register claim',
  createdAt: '2026-11-21T12:00:00.000Z',
  processInstanceId: `of-${id}`,
  processDefinitionId: 'claim:3',
  definitionKey: 'claim',
  definitionName: 'Claim handling',
  businessKey: 'CLM-000008',
});
const WORK = ['My tasks', 'Tasks to claim', 'My cases', 'Deadlines at risk'];

it('who only operates sees what failed, with the way to it, and no frame of work that is never theirs', async () => {
  const asked = serve({
    'GET /api/v1/incidents': page([
      failed('i1', 'failedJob'),
      failed('i2', 'failedExternalTask'),
      failed('i3', 'failedJob'),
    ]),
    'GET /api/v1/process-definitions': page([
      { id: 'claim:3', key: 'claim', name: 'Claim handling', version: 3, runningInstances: 7, incidents: 3 },
    ]),
    'GET /api/v1/queues': page([]),
    'GET /api/v1/notifications': page([]),
  });
  await show(<Home />, { ...DANA, permissions: DEVELOPS });
  await waitFor(() => expect(screen.getAllByTestId('home-incident')).toHaveLength(3));
  for (const title of [...WORK, 'Queues']) expect(screen.queryByRole('region', { name: title })).toBe(null);
  const figures = [...document.querySelectorAll<HTMLAnchorElement>('a[data-value]')];
  expect(figures.map((each) => [each.getAttribute('href'), each.dataset.value])).toEqual([
    ['/incidents', '3'],
    ['/incidents?type=failedJob', '2'],
    ['/incidents?type=failedExternalTask', '1'],
  ]);
  expect((await screen.findByTestId('home-process')).textContent).toContain('3 incidents');
  // What would be refused, or is nobody's business here, is not asked for.
  expect(asked.filter(({ path }) => /\/(tasks|mails|dead-letters|mailboxes|next-work)$/.test(path))).toEqual([]);
});
it('where nothing failed that is said once, and no empty frame stands for it', async () => {
  serve({ 'GET /api/v1/incidents': page([]), 'GET /api/v1/process-definitions': page([]) });
  await show(<Home />, { ...DANA, permissions: ['incident:*', 'process-instance:*'] });
  await screen.findByTestId('home-calm');
  expect(screen.queryAllByRole('region')).toEqual([]);
});
it('who has neither work nor problems is shown the places that are theirs', async () => {
  serve({});
  await show(<Home />, { ...ANNA, permissions: ['case:read', 'erasure:*'] });
  const places = await screen.findAllByTestId('home-place');
  expect(places.map((each) => each.textContent)).toEqual(['Cases', 'Board', 'Search', 'Privacy']);
  for (const title of WORK) expect(screen.queryByRole('region', { name: title })).toBe(null);
});
