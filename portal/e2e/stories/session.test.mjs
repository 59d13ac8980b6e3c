// A person at their desk: what a reload keeps, whose rights a page asks for, the other language, the way out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { ask, complaints, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';

let browser;
let anna;
let page;
before(async () => {
  browser = await launch();
  anna = await person(browser, 'anna');
  page = anna.page;
});
after(() => browser?.close());

test('a reload keeps the session without asking the issuer, and no access token is stored', async () => {
  await page.goto(`${url}/cases`);
  await page.getByTestId('case-row').first().waitFor();
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes('/auth/authorize')) asked += 1;
  });
  await page.reload();
  await page.getByTestId('case-row').first().waitFor();
  assert.equal(asked, 0);
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!stored.includes('eyJ'), 'an access token was stored');
});

test('F-14 L-12: a page opened by its address without the right to it says so', async () => {
  assert.equal(await page.getByRole('link', { name: 'Deploy' }).count(), 0);
  for (const path of ['/deploy', '/incidents']) {
    await page.goto(url + path);
    await page.getByText('You have no access to this').waitFor();
  }
  await assert.rejects(ask('anna', 'GET', '/accounts'), / 403 /);
  await page.goto(`${url}/cases/NO-000001/overview`);
  await page.getByText('This does not exist').waitFor();
  await assert.rejects(ask('anna', 'GET', '/cases/NO-000001'), / 404 /);
  await page.goto(`${url}/cases/NO-000001/nothing`);
  await page.getByText('There is no page at this address').waitFor();
});

test('L-04: filters live in the address, and the keys of the list open a case', async () => {
  await page.goto(`${url}/cases`);
  await page.getByRole('searchbox').fill('hail');
  await page.waitForURL(/search=hail/);
  await page.reload();
  await page.getByTestId('case-row').first().waitFor();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'hail');
  await until('the rows of the filter', async () =>
    (await page.getByTestId('case-row').locator('th').allInnerTexts()).every((title) => /hail/i.test(title)),
  );
  await page.getByRole('region', { name: 'Cases' }).focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByTestId('case-title').filter({ hasText: /hail/i }).waitFor();
});

test('F-09: the portal speaks German, and signing out ends the session', async () => {
  await page.goto(url);
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Deutsch' }).click();
  await page.getByRole('link', { name: 'Meine Arbeit' }).first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await page.getByRole('button', { name: 'Konto' }).click();
  await page.getByRole('menuitem', { name: 'Abmelden' }).click();
  await page.locator('input[name="username"], h1:has-text("abgemeldet")').first().waitFor();
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna), []);
});
