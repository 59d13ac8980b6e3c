// Legal holds on the page of a case, and the page of those who look after privacy.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, complaints, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let ben;
let root;
before(async () => {
  await prepareStories();
  browser = await launch();
  ben = await person(browser, 'ben');
  root = await person(browser, 'root');
});
after(() => browser?.close());

test('a hold stands on the page of the case until it is lifted', async () => {
  const { page } = ben;
  const item = await openCase('Lawsuit about a wet cellar');
  await page.goto(`${url}/cases/${item.number}`);
  await page.getByTestId('place-hold').click();
  await page.getByTestId('hold-reason').fill('Lawsuit 4711');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('hold-confirm').click();
  await page.getByTestId('legal-hold').filter({ hasText: 'Lawsuit 4711' }).waitFor();
  assert.equal((await caseNow(item.id)).holds[0].by.id, 'ben');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('lift-hold').click();
  await page.getByTestId('hold-reason').fill('Settled');
  await page.getByTestId('hold-confirm').click();
  await page.getByTestId('legal-hold').waitFor({ state: 'detached' });
  await until('no hold', async () => (await caseNow(item.id)).holds.length === 0);
});

test('a person is found and their erasure is asked for, which nobody approves alone', async () => {
  const { page } = root;
  const requester = { name: 'Vera', email: 'vera@privacy.example' };
  const item = await openCase('Roof of the privacy house', { requester });
  await page.goto(`${url}/privacy`);
  await page.getByTestId('subject-email').fill(requester.email);
  await page.getByTestId('subject-search').click();
  await page.getByTestId('subject-found').filter({ hasText: item.number }).waitFor();
  await page.getByTestId('erasure-reason').fill('She asked for it');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('erasure-ask').click();
  const erasure = page.getByTestId('erasure').filter({ hasText: requester.email });
  await erasure.getByTestId('approve').click();
  await page.getByText('somebody else has to', { exact: false }).first().waitFor();
  assert.deepEqual(await accessibility(page), []);
  await erasure.getByRole('button', { name: 'Refuse' }).click();
  await until('the refusal', async () => (await ask('root', 'GET', '/erasures?phase=refused')).items.length === 1);
  assert.equal((await caseNow(item.id)).requester.name, 'Vera');
});

test('nothing went wrong on the way', () => {
  assert.deepEqual(complaints(ben, root), []);
});
