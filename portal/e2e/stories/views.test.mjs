// Lists that people keep: narrowed by words, saved, pinned, shared, and opened by somebody else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, complaints, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let anna;
let ben;
before(async () => {
  await prepareStories();
  browser = await launch();
  anna = await person(browser, 'anna', '/cases');
  ben = await person(browser, 'ben', '/cases');
});
after(() => browser?.close());

const search = (page) => new URL(page.url()).searchParams;
const own = async (user, name) => (await ask(user, 'GET', '/saved-views')).items.find((view) => view.name === name);

test('L-02: what is typed becomes filters, and each is taken away where it stands', async () => {
  const { page } = anna;
  await page.goto(`${url}/cases`);
  const field = page.getByRole('searchbox');
  await field.fill('type:story is:open hailstorm');
  await field.press('Enter');
  await until('the filters in the address', async () => search(page).get('definition') === 'story');
  assert.equal(search(page).get('statusKind'), 'open,paused');
  assert.equal(search(page).get('search'), 'hailstorm');
  assert.deepEqual(await page.getByTestId('filter-chip').allInnerTexts(), ['type:story', 'is:open']);
  await page.getByRole('button', { name: 'Remove is:open' }).click();
  await until('the filter to be gone', async () => search(page).get('statusKind') === null);
  assert.deepEqual(await accessibility(page), []);
});

test('L-07: a list is kept as a view, pinned with its number, begun with, and deleted once that is confirmed', async () => {
  const { page } = anna;
  const item = await openCase('Hailstorm over the hothouse');
  await page.goto(`${url}/cases?search=hothouse`);
  await page.getByTestId('columns').click();
  await page.getByRole('checkbox', { name: 'Priority' }).check();
  assert.deepEqual(await accessibility(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'Priority' }).waitFor();
  await page.getByTestId('views').click();
  await page.getByRole('menuitem', { name: 'Save as a view…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Greenhouses');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('save-view').click();
  const saved = await until('the view', () => own('anna', 'Greenhouses'));
  assert.deepEqual(saved.filters, { search: 'hothouse' });
  assert.ok(saved.columns.includes('priority'));
  for (const name of ['Pin to the navigation', 'Begin with it']) {
    await page.getByTestId('views').click();
    await page.getByRole('menuitem', { name }).click();
  }
  await page.getByTestId('pinned-view').filter({ hasText: 'Greenhouses' }).filter({ hasText: '1' }).waitFor();
  await page.goto(`${url}/cases`);
  await page.getByTestId('case-row').filter({ hasText: item.number }).waitFor();
  await until('the view in the address', async () => search(page).get('view') === saved.id);
  // Sorted otherwise it is the view no longer, until it is saved again.
  await page.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
  await page.getByTestId('update-view').click();
  await until('the view with its order', async () => (await own('anna', 'Greenhouses')).filters.sort === 'title');
  await page.getByTestId('views').click();
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('menuitem', { name: 'Delete view' }).click();
  const asked = page.getByRole('dialog', { name: 'Delete the view “Greenhouses”?' });
  await asked.waitFor();
  assert.deepEqual(await accessibility(page), []);
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'detached' });
  assert.ok(await own('anna', 'Greenhouses'), 'nobody said yes');
  await page.getByTestId('views').click();
  await page.getByRole('menuitem', { name: 'Delete view' }).click();
  await page.getByTestId('delete-view-confirm').click();
  await until('the view to be gone', async () => (await own('anna', 'Greenhouses')) === undefined);
});

test('L-07: who leads shares a view, and each sees their own cases in it', async () => {
  const { page } = ben;
  await page.goto(`${url}/cases?search=greenhouse`);
  await page.getByTestId('views').click();
  await page.getByRole('menuitem', { name: 'Save as a view…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Glass');
  await page.getByRole('radio', { name: 'Everyone here' }).check();
  await page.getByTestId('save-view').click();
  await until('the shared view', () => own('anna', 'Glass'));
  await anna.page.goto(`${url}/cases?view=all`);
  await anna.page.getByTestId('views').click();
  await anna.page.getByTestId('view-entry').filter({ hasText: 'Glass' }).click();
  await until('the filters of the view', async () => search(anna.page).get('search') === 'greenhouse');
  await anna.page.getByTestId('views').click();
  assert.equal(await anna.page.getByRole('menuitem', { name: 'Delete view' }).count(), 0, 'it is not hers');
  assert.deepEqual(complaints(anna, ben), []);
});
