import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Queue } from '../../api/schema';
import { ANNA, serve, show } from '../../testing/render';
import { Queues } from './queues';
import { nothingToTake, worksQueue } from './taking';

const queue = (id: string, more: Partial<Queue> = {}): Queue => ({
  id,
  name: `Queue ${id}`,
  description: '',
  members: { users: [], groups: ['claims'] },
  settings: { strategy: 'pull', skills: [], capacity: null, pause: null, overflow: null },
  openCount: 4,
  takeableCount: 3,
  atRiskCount: 0,
  waitingSince: null,
  isChangeable: false,
  version: 1,
  ...more,
});
const listed = (items: Queue[]) => ({ 'GET /api/v1/queues': { body: { items, nextCursor: null, total: null } } });
const me = (groups: string[], roles = ['case-worker']) => ({ ...ANNA, groups, roles });

it('members take from a queue, everybody from one without members, and those who oversee', () => {
  const desk = queue('desk');
  expect(worksQueue(desk, me(['claims']))).toBe(true);
  expect(worksQueue(desk, me([]))).toBe(false);
  expect(worksQueue(desk, me([], ['supervisor']))).toBe(true);
  expect(worksQueue(queue('own', { members: { users: ['anna'], groups: [] } }), me([]))).toBe(true);
  expect(worksQueue(queue('all', { members: { users: [], groups: [] } }), me([]))).toBe(true);
});
it('why nothing is to be taken is said', () => {
  const paused = { ...queue('p').settings, pause: { reason: 'Fire drill' } };
  expect(nothingToTake(queue('p', { settings: paused }))).toContain('Fire drill');
  expect(nothingToTake(queue('e', { takeableCount: 0 }))).toContain('No case waits');
  expect(nothingToTake(queue('q'))).toBe(null);
});
it('who is no member is not offered the next case; a button that is off says why to everybody', async () => {
  const asked = serve(
    listed([queue('own', { takeableCount: 0 }), queue('other', { members: { users: ['ben'], groups: [] } })]),
  );
  await show(<Queues mayTake />, me(['claims']));
  await screen.findByText('Queue other');
  const button = await screen.findByRole('button', { name: 'Take next' });
  expect(screen.getAllByRole('button', { name: 'Take next' })).toHaveLength(1);
  expect(button.getAttribute('aria-disabled')).toBe('true');
  const why = document.querySelector(`[id="${button.getAttribute('aria-describedby')}"]`);
  expect(why?.textContent).toBe('No case waits in this queue that you could take.');
  await userEvent.setup().click(button);
  expect(asked.some(({ method }) => method === 'POST')).toBe(false);
  // Off as it is, the keyboard comes to it, and so to the reason.
  expect(document.activeElement).toBe(button);
});
it('where there is no queue there is no frame for one', async () => {
  serve(listed([]));
  await show(<Queues mayTake />);
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Queues' })).toBe(null));
});
