// One change of many cases: chosen by hand and by filter, previewed, made, and taken back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { caseNow, complaints, openCase, person } from '../support/people.mjs';
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

const rows = () => page.getByTestId('case-row');
const phase = (wanted) => page.locator(`[data-testid="batch"][data-phase="${wanted}"]`).waitFor();

test('L-04: rows are chosen with the keyboard, and their priority changes and changes back', async () => {
  const items = [];
  for (const title of ['Flooded orangery A', 'Flooded orangery B', 'Flooded orangery C'])
    items.push(await openCase(title));
  await page.goto(`${url}/cases?search=orangery&sort=number`);
  await rows().nth(2).waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await page.getByTestId('bulk-bar').getByText('3 cases chosen').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('bulk-priority').click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Priority' }).click();
  await page.getByRole('option', { name: 'High' }).click();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('bulk-continue').click();
  await page.getByTestId('bulk-preview').getByText('3 cases will be changed.').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('bulk-start').click();
  await phase('done');
  for (const item of items) assert.equal((await caseNow(item.id)).priority, 90);
  assert.equal(await page.getByTestId('bulk-bar').count(), 0, 'nothing is chosen any more');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('batch-undo').click();
  await phase('undone');
  for (const item of items) assert.equal((await caseNow(item.id)).priority, item.priority);
});

test('L-06: what cannot be changed is told before, and the others change', async () => {
  const open = await openCase('Burst samovar A');
  const decided = await openCase('Burst samovar B', { definition: 'story-decided' });
  await page.goto(`${url}/cases?search=samovar`);
  await rows().nth(1).waitFor();
  await page.getByTestId('choose-loaded').check();
  await page.getByTestId('bulk-stage').click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Stage' }).click();
  await page.getByRole('option', { name: 'Decision' }).click();
  await page.getByTestId('bulk-continue').click();
  await page.getByTestId('bulk-skipped').getByText(decided.number).waitFor();
  await page.getByTestId('bulk-start').click();
  await phase('done');
  await until('the moved case', async () => (await caseNow(open.id)).stageName === 'Decision');
  assert.notEqual((await caseNow(decided.id)).stageName, 'Decision');
  await page.goto(`${url}/cases/changes`);
  await page.getByTestId('batch').first().waitFor();
  assert.deepEqual(await accessibility(page), []);
  assert.deepEqual(complaints(anna), []);
});
test('a list is sorted by a field and narrowed between its ends, and the field of many is changed', async () => {
  const less = await openCase('Soaked marquee A', { fields: { amount: 9 } });
  const more = await openCase('Soaked marquee B', { fields: { amount: 80 } });
  await openCase('Soaked marquee C');
  const columns = 'columns=number,title,field.amount';
  await page.goto(`${url}/cases?definition=story&search=marquee&sort=-field.amount&${columns}`);
  await rows().nth(2).waitFor();
  assert.match(await rows().nth(0).innerText(), /marquee B/);
  assert.match(await rows().nth(1).innerText(), /marquee A/);
  await page.getByRole('columnheader', { name: 'Amount (EUR)' }).getByRole('button').click();
  await page.waitForURL(/sort=field\.amount/);
  await page.getByRole('searchbox').fill('marquee fields.amount>=5 fields.amount<=80');
  await page.getByRole('searchbox').press('Enter');
  await until('two are left', async () => (await rows().count()) === 2);
  assert.match(decodeURIComponent(page.url()), /field=amount>=5,amount<=80/);
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('choose-loaded').check();
  await page.getByTestId('bulk-field').click();
  await page.getByTestId('bulk-field-choice').click();
  await page.getByRole('option', { name: 'Amount (EUR)' }).click();
  await page.getByRole('dialog').getByLabel('Amount (EUR)').fill('120');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('bulk-continue').click();
  await page.getByTestId('bulk-preview').getByText('2 cases will be changed.').waitFor();
  await page.getByTestId('bulk-start').click();
  await phase('done');
  for (const item of [less, more]) assert.equal((await caseNow(item.id)).fields.amount, 120);
});
