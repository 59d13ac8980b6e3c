import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Queue } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { NextBest } from '../home/next-best';
import { QueueList } from './list.view';

const DESK: Queue = {
  id: 'desk',
  name: 'Claims desk',
  description: '',
  members: { users: [], groups: ['claims'] },
  settings: {
    strategy: 'round-robin',
    skills: [{ skill: 'german', level: 2 }],
    capacity: 5,
    pause: null,
    overflow: null,
  },
  openCount: 4,
  takeableCount: 3,
  atRiskCount: 1,
  waitingSince: '2026-11-21T12:00:00.000Z',
  isChangeable: true,
  version: 7,
};
const PAGE = { items: [DESK], nextCursor: null, total: null };

it('a queue shows what waits and how, is paused with a reason, and what the server refuses stands at its field', async () => {
  const asked = serve({
    'GET /api/v1/queues': { body: PAGE },
    'GET /api/v1/users': { body: { items: [], nextCursor: null, total: null } },
    'GET /api/v1/groups': { body: { items: [], nextCursor: null, total: null } },
    'PUT /api/v1/queues/desk': ({ body }) =>
      (body as { name: string }).name === ''
        ? {
            status: 422,
            body: { code: 'invalid-queue', errors: [{ code: 'required', pointer: '/name', detail: 'Name it.' }] },
          }
        : { body: DESK },
  });
  await show(<QueueList />);
  const panel = await screen.findByTestId('queue');
  for (const text of [
    '4 open cases',
    '3 to take',
    '1 at risk',
    'Work goes to one after the other',
    'german from level 2',
  ])
    expect(panel.textContent).toContain(text);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Change queue Claims desk' }));
  const name = await screen.findByRole('textbox', { name: /Name/ });
  await user.clear(name);
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('Name it.');
  await user.type(name, 'Desk');
  await user.click(screen.getByRole('switch', { name: 'Paused: nothing is handed out' }));
  await user.type(screen.getByLabelText('Why it is paused'), 'Fire drill');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBe(null));
  expect(asked.findLast(({ method }) => method === 'PUT')?.body).toMatchObject({
    name: 'Desk',
    members: { groups: ['claims'] },
    settings: {
      strategy: 'round-robin',
      skills: [{ skill: 'german', level: 2 }],
      capacity: 5,
      pause: { reason: 'Fire drill' },
      overflow: null,
    },
  });
});

it('what a member can do is written down by who may', async () => {
  const ben = { id: 'ben', name: 'Ben Okafor' };
  const own = { person: ben, skills: [], capacity: null, absences: [], load: 2, isAbsent: false, acting: ben };
  const asked = serve({
    'GET /api/v1/queues': { body: { ...PAGE, items: [{ ...DESK, members: { users: ['ben'], groups: [] } }] } },
    'GET /api/v1/users': { body: { items: [ben], nextCursor: null, total: null } },
    'GET /api/v1/people/ben/availability': { body: { ...own, mayQualify: true, version: 0 } },
    'PUT /api/v1/people/ben/availability': { body: { ...own, mayQualify: true, version: 1 } },
  });
  await show(<QueueList />);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'What Ben Okafor can do' }));
  await user.type(await screen.findByLabelText('Skills'), 'loss 3');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBe(null));
  expect(asked.findLast(({ method }) => method === 'PUT')?.body).toEqual({
    skills: [{ skill: 'loss', level: 3 }],
    capacity: null,
    absences: [],
  });
});

it('the next best piece of work says why it is that one, and is taken', async () => {
  const next = {
    number: 'CLM-000042',
    title: 'Water in the cellar',
    reason: { kind: 'breached', queue: 'desk', urgency: 700, sla: 'First response', dueAt: null, passedOver: 0 },
  };
  const asked = serve({ 'GET /api/v1/next-work': { body: next }, 'POST /api/v1/next-work': { body: next } });
  const { router } = await show(<NextBest mayTake />);
  const panel = await screen.findByTestId('next-best');
  expect(panel.textContent).toContain('First response is past its deadline');
  await userEvent.setup().click(screen.getByRole('button', { name: 'Take it' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/cases/CLM-000042/overview'));
  expect(asked.some(({ method }) => method === 'POST')).toBe(true);
});
