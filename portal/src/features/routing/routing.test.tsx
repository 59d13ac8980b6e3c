import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { RoutingTable } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { RoutingPage } from './page.view';
import { draftOf, moved, ruleOf } from './table';

const target = (queue: string) => ({ queue, assignee: null, skills: [], priority: null });
const TABLE: RoutingTable = {
  rules: [
    { id: 'a', name: 'First', when: 'true', on: ['created'], then: target('desk') },
    { id: 'b', name: '', when: 'case.priority > 50', on: ['created', 'mail'], then: target('desk') },
  ],
  otherwise: target('rest'),
};
const rules = () => screen.findAllByTestId('routing-rule');
const ids = (table: RoutingTable) => table.rules.map(({ id }) => id);

it('a rule moves within the table and never out of it', () => {
  expect(ids(moved(TABLE, 0, 1))).toEqual(['b', 'a']);
  expect(moved(TABLE, 0, -1)).toBe(TABLE);
  expect(moved(TABLE, 1, 2)).toBe(TABLE);
  expect(ruleOf(draftOf(TABLE.rules[0] ?? null))).toEqual(TABLE.rules[0]);
});

it('rules are put in order by keys, changed, tried as they stand, and saved; what is refused stands at its rule', async () => {
  let isRefused = true;
  const asked = serve({
    'GET /api/v1/routing': { body: TABLE },
    'GET /api/v1/queues': { body: { items: [{ id: 'desk', name: 'Claims desk' }], nextCursor: null, total: null } },
    'GET /api/v1/users': { body: { items: [], nextCursor: null, total: null } },
    'POST /api/v1/routing/evaluate': {
      body: {
        scope: 'organisation',
        rule: 'b',
        ...target('desk'),
        rules: [{ scope: 'organisation', rule: 'b', name: '', verdict: 'chosen', problem: null }],
      },
    },
    'PUT /api/v1/routing': () =>
      isRefused
        ? {
            status: 422,
            body: {
              code: 'invalid-routing',
              errors: [{ code: 'unknown-queue', pointer: '/rules/0/then/queue', detail: 'No such queue.' }],
            },
          }
        : { body: TABLE },
  });
  await show(<RoutingPage />);
  expect((await rules()).map((rule) => rule.dataset.rule)).toEqual(['a', 'b']);
  expect((await screen.findByTestId('catch-all')).textContent).toBe('to queue rest');
  const user = userEvent.setup();
  (await screen.findByRole('button', { name: 'Change rule b' })).focus();
  await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
  expect((await rules()).map((rule) => rule.dataset.rule)).toEqual(['b', 'a']);
  await user.type(screen.getByLabelText('Number of a case'), 'CLM-1');
  await user.click(screen.getByTestId('try-routing'));
  await screen.findByText('Rule “b” holds.');
  expect(asked.at(-1)?.body).toMatchObject({ case: 'CLM-1', rules: { rules: [{ id: 'b' }, { id: 'a' }] } });
  expect(within((await rules())[0] as HTMLElement).getByText('holds')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Change rule b' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByLabelText('Name'), 'Second');
  await user.click(within(dialog).getByTestId('keep-rule'));
  await user.click(screen.getByTestId('save-routing'));
  await screen.findByText('No such queue.');
  isRefused = false;
  await user.click(screen.getByTestId('save-routing'));
  await waitFor(() => expect(asked.filter(({ method }) => method === 'PUT')).toHaveLength(2));
  expect(asked.findLast(({ method }) => method === 'PUT')?.body).toMatchObject({
    rules: [{ id: 'b', name: 'Second' }, { id: 'a' }],
    otherwise: { queue: 'rest' },
  });
});
