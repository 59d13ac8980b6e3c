import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Account } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { DoorDialog } from './door-dialog';
import { SessionsDialog } from './sessions-dialog';

const BEN: Account = { id: 'ben', name: 'Ben Okafor', email: '', roles: ['supervisor'], groups: [], enabled: true };
const AT = '2026-11-21T12:00:00.000Z';

it('a user is disabled after it was asked for', async () => {
  const asked = serve({ 'PUT /api/v1/accounts/ben/enabled': {} });
  let closed = false;
  await show(<DoorDialog account={BEN} close={() => (closed = true)} />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Disable' }));
  await waitFor(() => expect(closed).toBe(true));
  expect(asked[0]?.body).toEqual({ enabled: false });
});

it('what the server refuses is told, and the dialog stays', async () => {
  const detail = 'This is the last administrator; make another one first.';
  serve({ 'PUT /api/v1/accounts/ben/enabled': { status: 409, body: { code: 'last-administrator', detail } } });
  await show(<DoorDialog account={BEN} close={() => undefined} />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Disable' }));
  await screen.findByText(detail);
});

it('all sign-ins of a user are ended at once', async () => {
  const session = {
    id: 's',
    startedAt: AT,
    lastUsedAt: AT,
    address: null,
    browser: 'Edge on Windows',
    isCurrent: false,
  };
  const asked = serve({
    'GET /api/v1/accounts/ben/sessions': { body: { items: [session], nextCursor: null, total: null } },
    'DELETE /api/v1/accounts/ben/sessions': {},
  });
  await show(<SessionsDialog account={BEN} close={() => undefined} />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Sign out everywhere' }));
  await waitFor(() => expect(asked.some(({ method }) => method === 'DELETE')).toBe(true));
});
