import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { ownFactorQuery } from '../../api/accounts';
import { meQuery } from '../../api/queries';
import { ANNA, serve, show } from '../../testing/render';
import { AccountPage } from './page.view';

const AT = '2026-11-21T12:00:00.000Z';
const SESSIONS = [
  { id: 's1', startedAt: AT, lastUsedAt: AT, address: '192.0.2.7', browser: 'Firefox on Linux', isCurrent: true },
  { id: 's2', startedAt: AT, lastUsedAt: AT, address: null, browser: null, isCurrent: false },
];
const FACTOR = {
  rule: 'optional',
  isRequired: false,
  enrolled: null as { since: string; recoveryCodesLeft: number } | null,
};
const LIST = {
  'GET /api/v1/me/sessions': { body: { items: SESSIONS, nextCursor: null, total: null } },
  'GET /api/v1/me/second-factor': { body: FACTOR },
};

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

it('a second factor is set up by password and first code, and the recovery codes are shown', async () => {
  const offer = {
    secret: 'JBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/x',
    picture: 'data:image/svg+xml;base64,',
    enrolment: 'e',
  };
  const asked = serve({
    ...LIST,
    'POST /api/v1/me/second-factor/enrolment': { body: offer },
    'POST /api/v1/me/second-factor': ({ body }) =>
      (body as { code: string }).code === '123456'
        ? { body: { recoveryCodes: ['AAAA-BBBB', 'CCCC-DDDD'] } }
        : { status: 422, body: { code: 'wrong-code', detail: 'no', errors: [] } },
  });
  await show(<AccountPage />);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Set up a second factor' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.queryByLabelText('Code of your app')).toBeNull();
  await user.type(dialog.getByLabelText('Present password'), 'pass');
  await user.click(dialog.getByRole('button', { name: 'Go on' }));
  await dialog.findByText('JBSWY3DPEHPK3PXP');
  await user.type(dialog.getByLabelText('Code of your app'), '12345');
  await user.click(dialog.getByRole('button', { name: 'Go on' }));
  await dialog.findByText('This code is not right, or it was used before.');
  await user.type(dialog.getByLabelText('Code of your app'), '6');
  await user.click(dialog.getByRole('button', { name: 'Go on' }));
  await screen.findByText('CCCC-DDDD');
  const bodies = asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
  expect(bodies[0]).toEqual({ password: 'pass', code: null });
  expect(bodies.at(-1)).toEqual({ enrolment: 'e', code: '123456' });
});

it('a second factor is taken away by password and code, unless it is needed', async () => {
  const enrolled = { since: AT, recoveryCodesLeft: 9 };
  const asked = serve({
    ...LIST,
    'GET /api/v1/me/second-factor': { body: { ...FACTOR, enrolled } },
    'POST /api/v1/me/second-factor/removal': {},
  });
  const { queries } = await show(<AccountPage />);
  await screen.findByText(/9 recovery codes left/);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Take it away' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.type(dialog.getByLabelText('Present password'), 'pass');
  expect(dialog.getByRole('button', { name: 'Take it away' })).toHaveProperty('disabled', true);
  await user.type(dialog.getByLabelText('Code of your app'), '123456');
  await user.click(dialog.getByRole('button', { name: 'Take it away' }));
  await waitFor(() => expect(asked.some(({ path }) => path.endsWith('/removal'))).toBe(true));
  expect(asked.find(({ path }) => path.endsWith('/removal'))?.body).toEqual({ password: 'pass', code: '123456' });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  queries.setQueryData(ownFactorQuery.queryKey, { rule: 'required', isRequired: true, enrolled });
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Take it away' })).toBeNull());
});

it('where second factors are off nothing is said of them', async () => {
  serve({ ...LIST, 'GET /api/v1/me/second-factor': { body: { ...FACTOR, rule: 'off' } } });
  await show(<AccountPage />);
  await screen.findByRole('row', { name: /Firefox on Linux/ });
  await waitFor(() => expect(screen.queryByText('Second factor')).toBeNull());
});
