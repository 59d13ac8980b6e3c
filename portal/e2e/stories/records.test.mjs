// Records: one is made on the way to a case, changed on its own page, and leads back to the case.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let anna;
before(async () => {
  await prepareStories();
  await ask('dana', 'PUT', '/record-types/contact', {
    name: 'Contact',
    pluralName: 'Contacts',
    titleField: 'name',
    fields: [
      { key: 'name', label: 'Full name' },
      { key: 'mail', label: 'E-mail', required: true },
    ],
  });
  browser = await launch();
  anna = await person(browser, 'anna', '/cases');
});
after(() => browser?.close());

test('a record gets a role in a case, and leads to the case', async () => {
  const { page } = anna;
  const item = await openCase('Roof of the boat house');
  await page.goto(`${url}/cases/${item.number}`);
  await page.getByTestId('add-party').click();
  await page.getByRole('button', { name: 'New record' }).click();
  await page.getByRole('textbox', { name: 'Full name' }).fill('Frieda Ferry');
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('textbox', { name: 'E-mail' }).fill('frieda@example.org');
  await page.getByTestId('create-record').click();
  await page.getByRole('textbox', { name: 'Role' }).fill('claimant');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('party-confirm').click();
  const party = page.getByTestId('party').filter({ hasText: 'Frieda Ferry' }).filter({ hasText: 'claimant' });
  await party.waitFor();
  await party.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'Frieda Ferry' }).waitFor();
  await page.getByTestId('record-case').filter({ hasText: item.number }).waitFor();
  assert.deepEqual(await accessibility(page), []);
});

test('a record is changed on its page, and its history says by whom', async () => {
  const { page } = anna;
  await page.goto(`${url}/records?search=frieda`);
  await page.getByRole('link', { name: 'Frieda Ferry' }).click();
  await page.getByRole('textbox', { name: 'Full name' }).fill('Frieda Fjord');
  await page.getByTestId('save-record').click();
  await page.getByRole('heading', { level: 1, name: 'Frieda Fjord' }).waitFor();
  await page.getByTestId('record-entry').filter({ hasText: 'Frieda Ferry → Frieda Fjord' }).waitFor();
  await page.goto(`${url}/records?type=contact`);
  await page.getByTestId('record-row').filter({ hasText: 'Frieda Fjord' }).waitFor();
  assert.deepEqual(await accessibility(page), []);
  const rows = await until('the record', async () => (await ask('anna', 'GET', '/records?search=fjord')).items);
  assert.equal(rows.length, 1);
});
