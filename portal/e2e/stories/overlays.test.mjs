// What opens over a page is as accessible as the page (F-04): menus, dialogs, popovers, panels and messages, in light and dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, openCase, person } from '../support/people.mjs';
import { url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let page;
let item;
before(async () => {
  await prepareStories();
  browser = await launch();
  ({ page } = await person(browser, 'ben'));
  item = await openCase('Gangway');
  await ask('ben', 'POST', `/cases/${item.id}/comments`, { body: 'The planks are wet.', mentions: [] });
  await ask('anna', 'POST', `/cases/${item.id}/comments`, { body: '@ben look', mentions: ['ben'] });
});
after(() => browser?.close());

const OVER = [
  '[role="menu"]',
  '[role="dialog"]',
  '[role="listbox"]',
  '.mantine-Popover-dropdown',
  '.mantine-Notification-root',
  '[data-testid="peek"]',
].join();
const click = (testId) => () => page.getByTestId(testId).first().click();
const press = (key) => async () => {
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press(key);
};
const named = (name) => () => page.getByRole('button', { name }).first().click();

/** Where, what is waited for there, and what opens over it and how. */
const PLACES = [
  {
    path: () => `/cases/${item.number}/overview`,
    ready: 'case-priority',
    over: {
      'who has it': click('case-assignee'),
      priority: click('case-priority'),
      'due date': click('case-due'),
      labels: press('l'),
      requester: click('case-requester'),
      status: click('choose-check'),
      stage: click('choose-stage'),
      link: click('link-case'),
      party: click('add-party'),
      hold: click('place-hold'),
      'what is printed': click('print-menu'),
      'a comment': named('Comment actions'),
      account: named('Account'),
      palette: press('Control+k'),
      keys: press('?'),
      'closing it': async () => {
        await page.getByTestId('choose-check').click();
        await page.getByRole('menuitem', { name: 'Closed' }).click();
        await page.getByTestId('status-reason').waitFor();
      },
    },
  },
  { path: () => `/cases/${item.number}/tasks`, ready: 'add-task', over: { 'a task': click('add-task') } },
  {
    path: () => '/cases?search=gangway&columns=number,title,priority,stage,assignee',
    ready: 'case-row',
    over: {
      columns: click('columns'),
      views: click('views'),
      export: click('export'),
      'a value of a row': click('inline-priority'),
      'a row beside the list': async () => {
        await press('j')();
        await page.keyboard.press('Space');
      },
      'a view to keep': async () => {
        await page.getByTestId('views').click();
        await page.getByRole('menuitem', { name: 'Save as a view…' }).click();
        await page.getByRole('textbox', { name: 'Name' }).waitFor();
      },
      'a change of many': async () => {
        await page.getByTestId('choose-loaded').check();
        await page.getByTestId('bulk-priority').click();
        await page.getByRole('dialog').waitFor();
      },
    },
  },
  {
    path: () => `/cases/board?definition=story&search=${item.number}`,
    ready: 'board-card',
    over: { 'where a card goes': () => page.getByTestId('board-card').first().getByRole('button').first().click() },
  },
  { path: () => '/inbox', ready: 'told', over: { 'until when it is put off': click('told-snooze') } },
  {
    path: () => `/cases/${item.number}/overview`,
    ready: 'case-priority',
    over: {
      'a message that something was done': async () => {
        await page.getByTestId('choose-stage').click();
        await page.getByRole('menuitem', { name: 'Decision' }).click();
        await page.locator('.mantine-Notification-root').waitFor();
      },
    },
  },
];

for (const { path, ready, over } of PLACES)
  for (const [what, open] of Object.entries(over))
    test(`F-04: ${what} opens over its page without a finding`, async () => {
      await page.goto(url + path());
      await page.getByTestId(ready).first().waitFor();
      await open();
      await page.locator(OVER).filter({ visible: true }).first().waitFor();
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
        assert.deepEqual(await accessibility(page), [], colorScheme);
      }
    });

test('F-04: on a telephone the navigation opens over the page without a finding', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${url}/cases`);
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link').first().waitFor();
  assert.deepEqual(await accessibility(page), []);
});
