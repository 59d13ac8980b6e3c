import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Account } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { AccessDialog } from './access-dialog';
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

it('a user gets a new password to change, and a weak one is told at its field', async () => {
  const asked = serve({
    'GET /api/v1/accounts/ben/second-factor': { body: { rule: 'optional', isRequired: false, enrolled: null } },
    'PUT /api/v1/accounts/ben/password': ({ body }) =>
      (body as { password: string }).password === 'weak'
        ? { status: 422, body: { code: 'weak-password', detail: 'Take another.', errors: [] } }
        : {},
  });
  await show(<AccessDialog account={BEN} close={() => undefined} />);
  await screen.findByText('None is set up');
  const user = userEvent.setup();
  await user.type(screen.getByLabelText('New password'), 'weak');
  await user.click(screen.getByRole('button', { name: 'Give a new password' }));
  await screen.findByText('Take another.');
  await user.type(screen.getByLabelText('New password'), ' no more');
  await user.click(screen.getByRole('button', { name: 'Give a new password' }));
  await waitFor(() => expect(screen.getByLabelText('New password')).toHaveProperty('value', ''));
  const sent = asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);
  expect(sent.at(-1)).toEqual({ password: 'weak no more', mustChange: true });
});

it('a second factor that was lost is taken away', async () => {
  const enrolled = { since: AT, recoveryCodesLeft: 10 };
  const asked = serve({
    'GET /api/v1/accounts/ben/second-factor': { body: { rule: 'optional', isRequired: false, enrolled } },
    'DELETE /api/v1/accounts/ben/second-factor': {},
  });
  await show(<AccessDialog account={BEN} close={() => undefined} />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Take it away' }));
  await waitFor(() => expect(asked.some(({ method }) => method === 'DELETE')).toBe(true));
});
