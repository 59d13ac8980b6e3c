// What can be done on a page: by the palette, by its keys, and by the keys that somebody has chosen instead.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, complaints, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let anna;
let page;
before(async () => {
  await prepareStories();
  browser = await launch();
  anna = await person(browser, 'anna');
  page = anna.page;
});
after(() => browser?.close());

const open = async (item) => {
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('case-priority').waitFor();
};
const run = async (search, name) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search and commands' }).fill(search);
  await page.getByRole('dialog').getByRole('button', { name }).click();
  await page.getByRole('textbox', { name: 'Search and commands' }).waitFor({ state: 'detached' });
};

test('F-06: the palette offers what can be done with the case that is open', async () => {
  const item = await openCase('Lighthouse');
  await open(item);
  await run('assign to', /^Assign to me/);
  await until('the assignee', async () => (await caseNow(item.id)).assignee?.id === 'anna');
  await page.getByTestId('tab-documents').click();
  await run('write a', /^Write a comment/);
  await page.locator('[data-testid="comment-text"]:focus').waitFor();
  await run('change the stage', /^Change the stage/);
  await page.getByRole('menuitem', { name: 'Decision' }).click();
  await until('the stage', async () => (await caseNow(item.id)).stage === 'decision');
  await run('close case', /^Close case/);
  await page.getByRole('dialog').getByTestId('status-reason').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('F-06: a key is changed for this browser, a conflict is told, and it is as it was again', async () => {
  const item = await openCase('Harbour wall');
  await open(item);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.getByRole('button', { name: 'Change the key of “Due date of the case”' }).click();
  assert.deepEqual(await accessibility(page), []);
  await help.getByTestId('new-key').press('p');
  await help.getByText('Already used for “Priority of the case”').waitFor();
  await help.getByTestId('new-key').press('q');
  await help.getByTestId('key-due').getByText('q', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByTestId('case-due').waitFor();
  await page.keyboard.press('q');
  // Escape closes what the focus is in, which gets there a moment after the field is seen.
  await page.locator('[data-testid="due-input"]:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('due-input').waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await help.getByTestId('keys-reset').click();
  await help.getByTestId('key-due').getByText('d', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
});

test('F-06: keys lead to places and to the search, none fires while somebody types, and single keys are switched off', async () => {
  await page.goto(`${url}/inbox`);
  // Until it is known what somebody may, no key leads anywhere.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cases', exact: true }).waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL(/\/cases/);
  await page.getByTestId('case-row').first().waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('/');
  const field = page.getByRole('searchbox');
  await until('the search', () => field.evaluate((node) => node === document.activeElement));
  // Each of these is a key of the page.
  await field.pressSequentially('gi?x');
  assert.equal(await field.inputValue(), 'gi?x');
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.match(page.url(), /\/cases/);
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search and commands' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Search and commands' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const single = help.getByRole('switch', { name: 'Single-key shortcuts' });
  await single.click();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  // Two that still work, and no page or dialog before them.
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search and commands' }).waitFor();
  assert.match(page.url(), /\/cases/);
  assert.equal(await help.count(), 0);
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Search and commands' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await single.click();
  await page.keyboard.press('Escape');
});

test('F-06: every menu is walked with the arrows, whatever of it cannot be chosen', async () => {
  // What it is now is the first entry of most of these.
  const [queue] = (await ask('anna', 'GET', '/queues')).items;
  const item = await openCase('Breakwater', { queue: queue.id, priority: 90 });
  await open(item);
  const inRow = (cell) => page.getByTestId('case-row').filter({ hasText: item.number }).getByTestId(`inline-${cell}`);
  for (const [what, opener, entry] of [
    ['stages', page.getByTestId('choose-stage'), 'Decision'],
    ['statuses', page.getByTestId('choose-check'), 'Closed'],
    ['priorities', page.getByTestId('case-priority'), 'Normal'],
    ['queues', page.getByRole('button', { name: `Queue: ${queue.name}. Change` }), 'In no queue'],
    ['papers', page.getByTestId('print-menu'), ''],
    ['stages of a row', inRow('stage'), 'Decision'],
    ['priorities of a row', inRow('priority'), 'Normal'],
  ]) {
    if (what.endsWith('of a row') && !page.url().includes('search='))
      await page.goto(`${url}/cases?search=breakwater&columns=number,title,stage,priority`);
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: entry }).first().waitFor();
    await until(`the keyboard in the menu of ${what}`, () =>
      page.evaluate(() => document.activeElement.role === 'menuitem'),
    );
    await page.keyboard.press('ArrowDown');
    await until(`the keyboard stays in the menu of ${what}`, () =>
      page.evaluate(() => document.activeElement.role === 'menuitem'),
    );
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem').first().waitFor({ state: 'detached' });
  }
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna), []);
});
