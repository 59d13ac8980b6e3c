// How it feels: answers to a hand on a slow machine (B-03), a page that stands still while it loads and while others work (B-04, C-05), and the way
// back to a list (B-05). Bounds are those of the checklist, on a machine that is made four times slower where it says so.
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
    globalThis.slowest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (entry.interactionId > 0) globalThis.slowest = Math.max(globalThis.slowest, entry.duration);
    }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
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
  const task = await until('the first task', async () => (await ask('anna', 'GET', `/tasks?case=${item.id}`)).items[0]);
  const { processInstances } = await ask('anna', 'GET', `/cases/${item.id}`);
  for (const [path, ready] of [
    ['/', '[data-testid="home-case"], [data-testid="home-task"]'],
    ['/cases', '[data-testid="case-row"]'],
    ['/cases/board', '[data-testid="board-card"]'],
    [`/cases/${item.number}/overview`, '[data-testid="timeline-item"]'],
    ['/tasks', '[data-testid="task-row"]'],
    [`/tasks/${task.id}`, '.fjs-form-field input'],
    [`/cases/${item.number}/process`, '[data-testid="diagram"][data-drawn="true"]'],
  ]) {
    await settled(path, ready);
    const moved = await shifted();
    assert.ok(moved <= 0.02, `${path} moved by ${moved.toFixed(3)}`);
  }
  assert.ok(processInstances.length > 0);
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

test('B-03: on a machine four times slower every hand is answered within 200 ms', async () => {
  const item = await openCase('Jib', {});
  const slow = await page.context().newCDPSession(page);
  await settled('/cases?search=jib', '[data-testid="case-row"]');
  await slow.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const slowest = {};
  const act = async (what, how) => {
    await page.evaluate(() => {
      globalThis.slowest = 0;
    });
    await how();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    slowest[what] = await page.evaluate(() => globalThis.slowest);
  };
  await act('typing', () => page.getByRole('searchbox').pressSequentially(' boat'));
  await page.getByRole('searchbox').fill('jib');
  await page.getByTestId('case-row').filter({ hasText: item.number }).waitFor();
  await act('a menu', async () => {
    await page.getByTestId('views').click();
    await page.getByRole('menuitem').first().waitFor();
  });
  await page.keyboard.press('Escape');
  await act('opening a case', async () => {
    await page.getByTestId('case-row').filter({ hasText: item.number }).getByRole('link').first().click();
    await page.getByTestId('case-title').waitFor();
  });
  await act('another tab', async () => {
    await page.getByTestId('tab-documents').click();
    await page.getByTestId('document-drop').waitFor();
  });
  await page.goto(`${url}/cases/board?definition=story&search=${item.number}`);
  await page.getByTestId('board-card').first().waitFor();
  await act('moving a card', async () => {
    await page.getByTestId('board-card').getByRole('button').first().click();
    await page.getByRole('menuitem', { name: 'Decision' }).click();
    await page.locator('section[aria-label="Decision"]').getByText(item.number).waitFor();
  });
  await slow.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  console.log(slowest);
  for (const [what, took] of Object.entries(slowest)) assert.ok(took < 200, `${what} took ${took} ms`);
});

test('B-05: back in a list it is where it was, and what was seen once opens at once', async () => {
  for (let nth = 0; nth < 40; nth += 1) await openCase(`Kayak ${nth}`);
  await settled('/cases?search=kayak&sort=number', '[data-testid="case-row"]');
  const list = page.getByRole('region', { name: 'Cases' });
  await list.evaluate((node) => node.scrollTo(0, 600));
  const row = page.getByTestId('case-row').filter({ hasText: 'Kayak 20' });
  await row.waitFor();
  const place = await list.evaluate((node) => node.scrollTop);
  const open = async () => {
    await row.getByRole('link').first().click();
    await page.getByTestId('case-title').filter({ hasText: 'Kayak 20' }).waitFor();
  };
  await open();
  await page.waitForLoadState('networkidle');
  await page.goBack();
  await row.waitFor();
  assert.equal(await list.evaluate((node) => node.scrollTop), place);
  // The second time everything is there.
  const began = await page.evaluate(() => performance.now());
  await open();
  const took = (await page.evaluate(() => performance.now())) - began;
  console.log(`warm: ${Math.round(took)} ms`);
  assert.ok(took < 500, `it took ${Math.round(took)} ms`);
});
