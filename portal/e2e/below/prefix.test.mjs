// The whole portal below a path of a host that is not its own (checklist B-07): pages, interface, sign-in, websocket.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, signIn } from '../support/browser.mjs';
import { url } from '../support/platform.mjs';

const prefix = new URL(url).pathname;
let browser;
let page;
let seen;
const asked = [];
before(async () => {
  assert.notEqual(prefix, '/', 'the platform under test has no path of its own');
  browser = await launch();
  ({ page, seen } = await signIn(browser, 'anna', 'anna-demo-1', '/cases'));
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url().replace(/^ws/, 'http')));
});
after(() => browser?.close());

test('who signs in comes back to the page that was wanted', async () => {
  await page.getByTestId('case-row').first().waitFor();
  assert.equal(new URL(page.url()).pathname, `${prefix}/cases`);
});

test('B-07: pages have addresses below it, and a reload of one finds its files, its case and the websocket', async () => {
  await page.getByTestId('case-row').first().locator('a').first().click();
  await page.getByTestId('case-title').waitFor();
  assert.match(new URL(page.url()).pathname, new RegExp(`^${prefix}/cases/[^/]+`));
  await page.reload();
  await page.getByTestId('case-title').waitFor();
  await page.getByText('Live', { exact: true }).first().waitFor();
  const kinds = ['/assets/', '/api/v1/cases', '/auth/token', '/api/v1/live'];
  for (const kind of kinds)
    assert.ok(
      asked.some((one) => one.startsWith(url + kind)),
      `${kind} was not asked below ${prefix}`,
    );
});

test('nothing was asked beside it, and nothing failed', () => {
  const beside = asked.filter((one) => one.startsWith('http') && !one.startsWith(`${url}/`) && one !== url);
  assert.deepEqual(beside, []);
  assert.deepEqual(seen.errors, []);
});

test('who signs out is at its beginning again', async () => {
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: /sign in/i }).waitFor();
  assert.equal(new URL(page.url()).pathname, `${prefix}/`);
});
