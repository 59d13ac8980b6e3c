// Work that people add to a case, and cases that turn out to be one.
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

const open = (item, part = 'overview') => page.goto(`${url}/cases/${item.number}/${part}`);
const tasksOf = async (item) => (await ask('anna', 'GET', `/cases/${item.id}/tasks`)).items;

test('a task with a checklist is added, ticked and completed', async () => {
  const item = await openCase('Wet cellar');
  await open(item, 'tasks');
  await page.getByTestId('add-task').click();
  await page.getByTestId('task-title').fill('Order a dryer');
  await page.getByTestId('task-checklist').fill('Ask for a price\nOrder');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('task-save').click();
  const task = page.getByTestId('own-task').filter({ hasText: 'Order a dryer' });
  // It is ticked when the server has said so.
  await task.getByLabel('Ask for a price').click();
  await until('the tick', async () => (await tasksOf(item))[0].checklist[0].done?.by.id === 'anna');
  assert.deepEqual(await accessibility(page), []);
  await task.getByRole('button', { name: 'Complete' }).click();
  await until('the end of the task', async () => (await tasksOf(item))[0].state === 'completed');
  await task.getByRole('button', { name: 'Open again' }).waitFor();
});

test('a case that may be the same is told, looked at before it is merged, and leads to the one that goes on', async () => {
  const requester = { name: 'Rita', email: 'rita@example.org' };
  const one = await openCase('Roof tiles in the yard', { requester });
  const two = await openCase('Roof tiles in our yard', { requester });
  await open(two);
  const told = page.getByTestId('duplicates').getByRole('listitem').filter({ hasText: one.number });
  await told.getByRole('button', { name: 'Merge' }).click();
  await page.getByTestId('merge-preview').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('merge-confirm').click();
  await until('the merge', async () => (await caseNow(two.id)).mergedInto?.number === one.number);
  await page.waitForURL(`**/cases/${one.number}/**`);
  await open(two);
  await page.getByTestId('merged-into').click();
  await page.waitForURL(`**/cases/${one.number}/**`);
});

test('nothing went wrong on the way', () => {
  assert.deepEqual(complaints(anna), []);
});
