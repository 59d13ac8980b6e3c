import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { meQuery } from '../../api/queries';
import { ANNA, serve, show } from '../../testing/render';
import { AccountPage } from './page.view';

const AT = '2026-11-21T12:00:00.000Z';
const SESSIONS = [
  { id: 's1', startedAt: AT, lastUsedAt: AT, address: '192.0.2.7', browser: 'Firefox on Linux', isCurrent: true },
  { id: 's2', startedAt: AT, lastUsedAt: AT, address: null, browser: null, isCurrent: false },
];
const LIST = { 'GET /api/v1/me/sessions': { body: { items: SESSIONS, nextCursor: null, total: null } } };

it('the sign-in that shows the page is marked, and the others can be ended', async () => {
  const asked = serve({ ...LIST, 'DELETE /api/v1/me/sessions/s2': {}, 'DELETE /api/v1/me/sessions': {} });
  await show(<AccountPage />);
  const user = userEvent.setup();
  expect((await screen.findByRole('row', { name: /Firefox on Linux/ })).textContent).toContain('Here');
  await user.click(screen.getByRole('button', { name: 'Sign out of Unknown program' }));
  await user.click(await screen.findByRole('button', { name: 'Sign out everywhere else' }));
  await waitFor(() =>
    expect(asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
      '/api/v1/me/sessions/s2',
      '/api/v1/me/sessions',
    ]),
  );
});

it('a password is sent when it is the same twice, and a refusal stands at its field', async () => {
  const weak = { status: 422, body: { code: 'weak-password', detail: 'Take another.', errors: [] } };
  const asked = serve({ ...LIST, 'POST /api/v1/me/password': weak });
  await show(<AccountPage />);
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText('Present password'), 'old one');
  await user.type(screen.getByLabelText('New password'), 'password');
  await user.type(screen.getByLabelText('New password again'), 'passw');
  const button = screen.getByRole('button', { name: 'Change password' });
  expect(button).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText('New password again'), 'ord');
  await user.click(button);
  await screen.findByText('Take another.');
  const sent = asked.find(({ method }) => method === 'POST');
  expect(sent?.body).toEqual({ current: 'old one', password: 'password' });
});

it('who signs in elsewhere is told where', async () => {
  serve(LIST);
  const { queries } = await show(<AccountPage />);
  queries.setQueryData(meQuery.queryKey, { ...ANNA, issuer: 'keycloak' });
  await screen.findByText(/You sign in with keycloak/);
  expect(screen.queryByLabelText('Present password')).toBeNull();
});
