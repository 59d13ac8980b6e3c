// A list of 10,000 cases (L-01): the first rows are there at once, few are in the page, and scrolling never stops. On a platform of its own,
// so that other stories meet the cases that they expect.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, signIn } from '../support/browser.mjs';
import { binary, until } from '../support/platform.mjs';

const CASES = 10_000;
const AT_ONCE = 24;
const FIRST_ROWS = 1_000;
const MOST_ROWS = 60;
const LONGEST_TASK = 200;

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

let browser;
let folder;
let platform;
let url;
let page;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'casewright-many-'));
  url = `http://127.0.0.1:${await freePort()}`;
  const env = { ...process.env, CASEWRIGHT_MAIL__SMTP_LISTEN: `127.0.0.1:${await freePort()}` };
  const args = ['serve', '--demo', '--listen', new URL(url).host, '--data', folder];
  platform = spawn(binary, args, { env, stdio: 'ignore' });
  await until('the platform', async () => (await fetch(`${url}/health/ready`)).ok, 60_000);
  browser = await launch();
  const anna = await signIn(browser, 'anna', 'anna-demo-1', '/cases', url);
  ({ page } = anna);
  await define();
  await seed(anna.seen);
});
after(async () => {
  await browser?.close();
  platform?.kill('SIGKILL');
  if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function call(authorization, method, path, body) {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  return answer;
}

function define() {
  const root = `Basic ${Buffer.from('root:rita-demo-1').toString('base64')}`;
  return call(root, 'PUT', '/case-definitions/many', {
    key: 'many',
    name: 'Many',
    caseNumberPrefix: 'MNY',
    stages: [{ id: 'intake', name: 'Intake' }],
    statuses: [
      { id: 'open', name: 'Open', kind: 'open' },
      { id: 'closed', name: 'Closed', kind: 'closed' },
    ],
    fields: [{ key: 'note', label: 'Note', type: 'string' }],
  });
}

/** `seen` has the token that the browser last had. */
async function seed(seen) {
  let made = 0;
  const maker = async () => {
    while (made < CASES) {
      made += 1;
      const title = `Pebble ${String(made).padStart(5, '0')}`;
      await call(seen.token, 'POST', '/cases', { definition: 'many', title });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, maker));
  await until('all of them in the list', async () => {
    const answer = await call(seen.token, 'GET', '/cases?definition=many&limit=1&total=true');
    return (await answer.json()).total === CASES;
  });
}

const rows = () => page.getByTestId('case-row');
const frames = () =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

test('L-01: of 10,000 cases the first rows are there within a second, few are in the page, and scrolling never stops', async () => {
  await page.addInitScript(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
    }).observe({ type: 'longtask' });
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('[data-testid="case-row"]') === null) return;
      globalThis.firstRows = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  // Once to warm it up.
  for (let times = 0; times < 2; times += 1) {
    await page.goto(`${url}/cases?definition=many&sort=number`);
    await rows().first().waitFor();
  }
  const first = await page.evaluate(() => globalThis.firstRows);
  assert.ok(first <= FIRST_ROWS, `the first rows took ${Math.round(first)} ms`);
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => {
    globalThis.longest = 0;
  });
  const list = page.getByRole('region', { name: 'Cases', exact: true });
  let most = 0;
  for (let top = 100; top <= 3_000; top += 100) {
    await list.evaluate((node, to) => node.scrollTo(0, to), top);
    await frames();
    const [inPage, inView] = await list.evaluate((node) => {
      const all = [...node.querySelectorAll('[data-testid="case-row"]')];
      const { top: above, bottom: below } = node.getBoundingClientRect();
      const seen = all.filter(
        (row) => row.getBoundingClientRect().bottom > above && row.getBoundingClientRect().top < below,
      );
      return [all.length, seen.length];
    });
    most = Math.max(most, inPage);
    assert.ok(inView > 0, `no row is in view at ${top} px`);
  }
  assert.equal(await list.evaluate((node) => node.scrollTop), 3_000);
  assert.ok(most <= MOST_ROWS, `${most} rows were in the page`);
  const longest = await page.evaluate(() => globalThis.longest);
  assert.ok(longest <= LONGEST_TASK, `a task took ${Math.round(longest)} ms`);
  console.log(`first rows ${Math.round(first)} ms, ${most} rows at most, longest task ${Math.round(longest)} ms`);
});
