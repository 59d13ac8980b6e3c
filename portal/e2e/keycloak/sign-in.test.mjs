// Somebody else's OpenID provider: people sign in at a real Keycloak, workers get their tokens there, and nothing else of it opens a door.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from '../support/browser.mjs';

const need = (name) =>
  process.env[name] ??
  (() => {
    throw new Error(`${name} is not set; run: cargo xtask test keycloak`);
  })();
const url = need('CASEWRIGHT_URL');
const issuer = need('KEYCLOAK_ISSUER');
const workerSecret = need('KEYCLOAK_WORKER_SECRET');

let browser;
const anna = {};

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const call = (path, token, options = {}) =>
  fetch(`${url}${path}`, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });

test('a person signs in at Keycloak and is who Keycloak says', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  page.on('request', (request) => {
    const header = request.headers().authorization;
    if (header?.startsWith('Bearer ') && request.url().includes('/api/v1/')) anna.token = header.slice(7);
  });
  page.on('response', async (response) => {
    if (!response.url().endsWith('/protocol/openid-connect/token') || response.request().method() !== 'POST') return;
    anna.idToken = (await response.json().catch(() => ({}))).id_token;
  });
  await page.goto(`${url}/cases`);
  const name = page.locator('#username');
  const button = page.getByRole('button', { name: /sign in/i });
  await name.or(button).first().waitFor();
  if (!page.url().startsWith(issuer)) await button.click();
  await page.waitForURL((current) => current.href.startsWith(issuer));
  await name.fill('anna');
  await page.locator('#password').fill('anna-demo-1');
  await page.locator('#kc-login').click();
  await page.waitForURL((current) => current.href.startsWith(url));
  await page.getByRole('heading', { level: 1, name: 'Cases' }).waitFor();
  assert.deepEqual(errors, []);
  const me = await (await call('/api/v1/me', anna.token)).json();
  assert.equal(me.id, 'anna');
  assert.equal(me.name, 'Anna Meyer');
  assert.ok(me.roles.includes('case-worker'), JSON.stringify(me));
  assert.deepEqual(me.groups, ['claims']);
});

test('roles of Keycloak are those of the policy', async () => {
  assert.equal((await call('/api/v1/cases', anna.token)).status, 200);
  assert.equal((await call('/api/v1/deployments', anna.token)).status, 403);
});

test('an ID token, a changed token and a token of another realm open nothing', async () => {
  assert.ok(anna.idToken, 'the browser was given no ID token');
  assert.equal((await call('/api/v1/cases', anna.idToken)).status, 401);
  const [head, claims, signature] = anna.token.split('.');
  const other = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...other, preferred_username: 'root' })).toString('base64url');
  assert.equal((await call('/api/v1/cases', `${head}.${forged}.${signature}`)).status, 401);
});

test('a worker gets a token by client credentials and fetches its tasks', async () => {
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'casewright-worker',
      client_secret: workerSecret,
    }),
  });
  assert.equal(answer.status, 200);
  const { access_token: token } = await answer.json();
  const fetched = await call('/engine-rest/external-task/fetchAndLock', token, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ workerId: 'w1', maxTasks: 1, topics: [{ topicName: 'none', lockDuration: 1000 }] }),
  });
  assert.equal(fetched.status, 200, await fetched.text());
});
