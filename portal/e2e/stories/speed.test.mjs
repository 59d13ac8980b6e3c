// A page stands still while it loads and while others work (B-04, C-05), and a list is where it was when one comes back (B-05). How quick all of
// that is is measured on a quiet machine: portal/dev/hands.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { ask, openCase, person } from '../support/people.mjs';
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
  await page.addInitScript(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
});
after(() => browser?.close());

const shifted = () => page.evaluate(() => globalThis.shifted);
const settled = async (path, ready) => {
  await page.goto(url + path);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
};

test('B-04: nothing moves while a page loads', async () => {
  const item = await openCase('Glider', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It is wet inside.' },
  });
  await until('the first task', async () => (await ask('anna', 'GET', `/tasks?case=${item.id}`)).items[0]);
  for (const [path, ready] of [
    ['/cases', '[data-testid="case-row"]'],
    ['/cases/board', '[data-testid="board-card"]'],
    [`/cases/${item.number}/overview`, '[data-testid="timeline-item"]'],
    ['/tasks', '[data-testid="task-row"]'],
    [`/cases/${item.number}/process`, '[data-testid="diagram"][data-drawn="true"]'],
  ]) {
    await settled(path, ready);
    const moved = await shifted();
    assert.ok(moved <= 0.02, `${path} moved by ${moved.toFixed(3)}`);
  }
});

test('B-04 C-05: nothing moves while a clock ticks and others work', async () => {
  const item = await openCase('Halyard', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It is torn in two.' },
  });
  await until('the first task', async () => (await ask('anna', 'GET', `/tasks?case=${item.id}`)).items[0]);
  await settled(`/cases/${item.number}/overview`, '[data-testid="timeline-item"]');
  await page.getByText('Live', { exact: true }).waitFor();
  const before = await shifted();
  await ask('ben', 'PATCH', `/cases/${item.id}`, { priority: 90 });
  await page.getByTestId('case-priority').filter({ hasText: 'High' }).waitFor();
  await page.waitForLoadState('networkidle');
  const moved = (await shifted()) - before;
  assert.ok(moved <= 0.02, `it moved by ${moved.toFixed(3)}`);
});

test('B-05: back in a list it is where it was', async () => {
  for (let nth = 0; nth < 40; nth += 1) await openCase(`Kayak ${nth}`);
  await settled('/cases?search=kayak&sort=number', '[data-testid="case-row"]');
  const list = page.getByRole('region', { name: 'Cases' });
  await list.evaluate((node) => node.scrollTo(0, 600));
  const row = page.getByTestId('case-row').filter({ hasText: 'Kayak 20' });
  await row.waitFor();
  const place = await list.evaluate((node) => node.scrollTop);
  await row.getByRole('link').first().click();
  await page.getByTestId('case-title').filter({ hasText: 'Kayak 20' }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.goBack();
  await row.waitFor();
  assert.equal(await list.evaluate((node) => node.scrollTop), place);
});
