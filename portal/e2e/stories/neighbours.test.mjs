// Going through a list case by case.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { complaints, openCase, person } from '../support/people.mjs';
import { url } from '../support/platform.mjs';
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

test('a case that was opened from the list leads to the one before it and the one after it, by key and by hand', async () => {
  for (const title of ['Windmill one', 'Windmill two', 'Windmill three']) await openCase(title);
  const title = (text) => page.getByTestId('case-title').filter({ hasText: text }).waitFor();
  await page.goto(`${url}/cases?search=windmill&sort=number`);
  await page.getByTestId('case-row').getByRole('link', { name: 'Windmill two' }).click();
  await title('Windmill two');
  await page.getByTestId('place-in-list').getByText('2 of 3').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('tab-documents').click();
  await page.waitForURL(/\/documents$/);
  await page.keyboard.press(']');
  await title('Windmill three');
  await page.waitForURL(/\/documents$/);
  await page.getByTestId('place-in-list').getByText('3 of 3').waitFor();
  await page.getByTestId('previous-case').click();
  await title('Windmill two');
  await page.keyboard.press('[');
  await title('Windmill one');
  await page.reload();
  await page.getByTestId('place-in-list').getByText('1 of 3').waitFor();
});

test('a case that was opened from no list leads nowhere', async () => {
  const item = await openCase('Watermill');
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('case-priority').waitFor();
  assert.equal(await page.getByTestId('neighbours').count(), 0);
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna), []);
});
