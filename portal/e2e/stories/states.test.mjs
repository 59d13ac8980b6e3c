// What lists show when there is nothing, not yet, not at all or not for everybody (L-12); what they say of themselves (L-03), that their address is
// the whole list (L-02), that they follow what others do (L-08), and one change of all that a filter finds (L-06).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let anna;
let page;
before(async () => {
  await prepareStories();
  browser = await launch();
  anna = await person(browser, 'anna', '/cases');
  page = anna.page;
});
after(() => browser?.close());

// Words of their own, so that a second run finds what it made itself.
const stamp = Date.now().toString(36);
const [yawl, zeppelin] = [`Yawl${stamp}`, `Zeppelin${stamp}`];
const rows = () => page.getByTestId('case-row');

/** Lists: where, what they ask the server for, and a filter that finds nothing. */
const LISTS = [
  { path: '/cases', asks: '**/api/v1/cases?*', empty: '?search=nothing-like-this', says: 'No case matches' },
  { path: '/cases/board', asks: '**/api/v1/cases?*', empty: '?search=nothing-like-this', says: 'Nothing here' },
  { path: '/tasks', asks: '**/api/v1/tasks?*', empty: '?search=nothing-like-this', says: 'No task matches' },
  {
    path: '/inbox',
    asks: '**/api/v1/notifications?*',
    empty: '?kind=sla-breached&show=snoozed',
    says: /You are up to date|Nothing/,
  },
  { path: '/records', asks: '**/api/v1/records?*', empty: '?search=nothing-like-this', says: /No record/ },
];

for (const { path, asks, empty, says } of LISTS) {
  test(`L-12: ${path} waits, fails with a way to try again, and says so when nothing matches`, async () => {
    let answer = 'wait';
    const held = [];
    await page.route(asks, (route) => {
      if (answer === 'wait') return held.push(route);
      if (answer === 'fail')
        return route.fulfill({
          status: 500,
          json: { title: 'Oh', status: 500, code: 'internal', detail: 'It broke.' },
        });
      return route.continue();
    });
    await page.goto(url + path);
    await page.getByRole('status', { name: 'Loading' }).or(page.locator('.mantine-Skeleton-root')).first().waitFor();
    assert.deepEqual(await accessibility(page), []);
    answer = 'fail';
    for (const route of held)
      await route.fulfill({ status: 500, json: { title: 'Oh', status: 500, code: 'internal', detail: 'It broke.' } });
    const again = page.getByRole('button', { name: 'Try again' }).first();
    await again.waitFor();
    assert.deepEqual(await accessibility(page), []);
    answer = 'go on';
    // Each column of the board fails, and is tried again, for itself.
    await until('all of it', async () => {
      if (await again.isVisible()) await again.click({ timeout: 500 }).catch(() => undefined);
      return (await again.count()) === 0;
    });
    await page.unroute(asks);
    await page.goto(url + path + empty);
    await page.getByText(says).first().waitFor();
    assert.deepEqual(await accessibility(page), []);
  });
}

test('L-03: a table names itself, its rows and what it is sorted by', async () => {
  await openCase('Mizzen mast');
  await page.goto(`${url}/cases?search=mizzen`);
  await rows().first().waitFor();
  const table = page.getByRole('table', { name: 'Cases' });
  await table.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
  await page.locator('th[aria-sort="ascending"]', { hasText: 'Title' }).waitFor();
  assert.equal(await page.locator('th[aria-sort="ascending"], th[aria-sort="descending"]').count(), 1);
  assert.equal(await rows().first().locator('th[scope="row"]').count(), 1);
  const box = rows().first().getByRole('checkbox');
  assert.match(await box.evaluate((node) => node.getAttribute('aria-label') ?? ''), /^Choose row \d+$/);
  await box.check();
  await page
    .locator('[data-testid="case-row"][aria-selected="true"], [data-testid="case-row"][data-chosen="true"]')
    .waitFor();
});

test('L-02: the address alone gives somebody else the same list', async () => {
  for (const title of ['Topsail one', 'Topsail two']) await openCase(title);
  await page.goto(`${url}/cases`);
  const field = page.getByRole('searchbox');
  await field.fill('type:story is:open topsail');
  await field.press('Enter');
  await rows().nth(1).waitFor();
  await page.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
  await page.waitForURL(/sort=title/);
  const seen = () => page.getByTestId('case-row').locator('th').allInnerTexts();
  await until('the order', async () => /one/.test((await seen())[0]));
  const ben = await person(browser, 'ben', page.url().slice(url.length));
  await ben.page.getByTestId('case-row').nth(1).waitFor();
  assert.deepEqual(await ben.page.getByTestId('case-row').locator('th').allInnerTexts(), await seen());
  assert.deepEqual(
    await ben.page.getByTestId('filter-chip').allInnerTexts(),
    await page.getByTestId('filter-chip').allInnerTexts(),
  );
  await ben.context.close();
});

test('L-08: what somebody else changes shows within two seconds, and neither place nor choice is lost', async () => {
  const items = [];
  for (let nth = 0; nth < 30; nth += 1) items.push(await openCase(`${yawl} ${String(nth).padStart(2, '0')}`));
  await page.goto(`${url}/cases?search=${yawl}&sort=number`);
  await rows().nth(5).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await rows()
    .filter({ hasText: `${yawl} 02` })
    .getByRole('checkbox')
    .check();
  const list = page.getByRole('region', { name: 'Cases', exact: true });
  await list.evaluate((node) => node.scrollTo(0, 300));
  await rows()
    .filter({ hasText: `${yawl} 12` })
    .waitFor();
  const place = () => list.evaluate((node) => node.scrollTop);
  const before = await place();
  const began = Date.now();
  await ask('ben', 'PATCH', `/cases/${items[12].id}`, { title: `${yawl} 12, under sail` });
  await rows().filter({ hasText: 'under sail' }).waitFor({ timeout: 5_000 });
  assert.ok(Date.now() - began < 2_000, `${Date.now() - began} ms`);
  assert.equal(await place(), before);
  await page.getByTestId('bulk-bar').getByText('1 case chosen').waitFor();
});

test('L-06: everything that a filter finds is changed, and those that could not be are named and tried again', async () => {
  const items = [];
  for (const [nth, more] of [{}, { definition: 'story-decided', fields: { decision: 'pay' } }, {}].entries())
    items.push(await openCase(`${zeppelin} ${nth}`, more));
  await page.goto(`${url}/cases?search=${zeppelin}`);
  await rows().nth(2).waitFor();
  await page.getByTestId('choose-loaded').check();
  if (await page.getByTestId('choose-everything').isVisible()) await page.getByTestId('choose-everything').click();
  await page.getByTestId('bulk-stage').click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Stage' }).click();
  await page.getByRole('option', { name: 'Decision' }).click();
  await page.getByTestId('bulk-continue').click();
  await page.getByTestId('bulk-preview').getByText('3 cases will be changed.').waitFor();
  // Meanwhile somebody takes away what the stage asks for: it is no longer what was previewed.
  await ask('ben', 'PATCH', `/cases/${items[1].id}`, { fields: { decision: null } });
  await page.getByTestId('bulk-start').click();
  const batch = page.getByTestId('batch');
  await page.locator('[data-testid="batch"][data-phase="done"]').waitFor();
  await batch.getByText(items[1].number).first().waitFor();
  for (const nth of [0, 2]) assert.equal((await caseNow(items[nth].id)).stage, 'decision');
  assert.equal((await caseNow(items[1].id)).stage, 'intake');
  assert.deepEqual(await accessibility(page), []);
  await ask('ben', 'PATCH', `/cases/${items[1].id}`, { fields: { decision: 'pay half' } });
  await page.getByRole('button', { name: 'Try the others again' }).click();
  await until('the last one', async () => (await caseNow(items[1].id)).stage === 'decision');
  await page.locator('[data-testid="batch"][data-phase="done"]').waitFor();
  await page.getByTestId('batch-undo').click();
  await page.locator('[data-testid="batch"][data-phase="undone"]').waitFor();
  // The one that was tried again is a change of its own, which is taken back for itself.
  for (const nth of [0, 2]) assert.equal((await caseNow(items[nth].id)).stage, 'intake');
});

test('the demo shows life: claims in every stage, one of them closed, and one that waits', async () => {
  const { stages } = await ask('root', 'GET', '/case-definitions/claim');
  const { items } = await ask('ben', 'GET', '/cases?definition=claim&sort=number&limit=10');
  assert.deepEqual([...new Set(items.map(({ stage }) => stage))].sort(), stages.map(({ id }) => id).sort());
  const kinds = new Set(items.map(({ statusKind }) => statusKind));
  for (const kind of ['open', 'paused', 'closed']) assert.ok(kinds.has(kind), `no claim is ${kind}`);
});
