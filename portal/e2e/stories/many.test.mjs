// A list of many cases (L-01): few rows are in the page, some are in view wherever it is scrolled to, and it goes on through what is fetched page
// by page. How quick that is is told and not judged here: `cargo xtask bench cases` measures a list of a quiet machine. 1,500 cases, or as
// many as CASEWRIGHT_E2E_CASES says; on a platform of its own, so that other stories meet the cases that they expect.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, signIn } from '../support/browser.mjs';
import { binary, until } from '../support/platform.mjs';

const CASES = Number(process.env.CASEWRIGHT_E2E_CASES ?? 1_500);
const AT_ONCE = 24;
const MOST_ROWS = 60;
/** How far it is scrolled, in pixels at a time and down to a row. */
const STEP = 600;
const DOWN_TO = 1_000;

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

/** Scrolls the list, and says when that is painted how many rows are in the page, which of the whole are in view, and how far down it is. */
const scrolled = (list, to) =>
  list.evaluate(async (node, top) => {
    node.scrollTo(0, top);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const all = [...node.querySelectorAll('[data-testid="case-row"]')];
    const frame = node.getBoundingClientRect();
    const seen = all.filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > frame.top && box.top < frame.bottom;
    });
    return {
      inPage: all.length,
      seen: seen.map((row) => ({ place: Number(row.getAttribute('aria-rowindex')) - 1, text: row.textContent })),
      isThere: node.scrollTop === top,
    };
  }, to);

test('L-01: of many cases few rows are in the page, the count is right, and scrolling goes on through what is fetched', async () => {
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
  const list = page.getByRole('region', { name: 'Cases', exact: true });
  const table = list.getByRole('table');
  assert.equal(await table.getAttribute('aria-rowcount'), String(CASES + 1), 'the head is a row, too');
  await page.getByText(`${CASES.toLocaleString('en-GB')} cases`).waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => {
    globalThis.longest = 0;
  });
  const fetched = [];
  page.on('response', (answer) => {
    if (new URL(answer.url()).pathname.endsWith('/api/v1/cases')) fetched.push(answer.status());
  });
  let most = 0;
  let place = 0;
  let top = 0;
  while (place < DOWN_TO) {
    top += STEP;
    // Where the list ends before the next page is there, it goes on once that is.
    const now = await until(`the list at ${top} px`, async () => {
      const it = await scrolled(list, top);
      most = Math.max(most, it.inPage);
      return it.isThere && it;
    });
    assert.ok(now.seen.length > 0, `no row is in view at ${top} px`);
    for (const { place: nth, text } of now.seen)
      assert.ok(text.includes(`MNY-${String(nth).padStart(6, '0')}`), `the row at place ${nth} is ${text}`);
    place = now.seen.at(-1).place;
  }
  assert.ok(most <= MOST_ROWS, `${most} rows were in the page`);
  assert.ok(fetched.length >= 3 && fetched.every((status) => status === 200), `pages: ${fetched}`);
  const longest = await page.evaluate(() => globalThis.longest);
  console.log(
    `${CASES} cases: first rows ${Math.round(first)} ms, ${most} rows at most, ${fetched.length} pages to row ${place}, longest task ${Math.round(longest)} ms`,
  );
});
