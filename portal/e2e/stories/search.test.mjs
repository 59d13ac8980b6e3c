// Search over everything: what was said in a case is found, with its words marked, and leads there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, complaints, openCase, person } from '../support/people.mjs';
import { deliver, url } from '../support/platform.mjs';
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

/** The index follows about a second behind. */
async function found(words, text) {
  await page.goto(`${url}/search?q=${encodeURIComponent(words)}`);
  const hit = page.getByTestId('search-hit').filter({ hasText: text }).first();
  for (let attempt = 0; attempt < 20 && !(await hit.isVisible()); attempt += 1) {
    await hit.waitFor({ timeout: 1_000 }).catch(() => page.reload());
  }
  await hit.waitFor();
  return hit;
}

test('L-11: a comment is found by a word of it, mistyped as well, and the hit leads to its case', async () => {
  const item = await openCase('Lighthouse roof');
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('comment-text').fill('The Fresnel lens is cracked');
  await page.getByTestId('comment-send').click();
  const hit = await found('frsenel kind:comment', 'Fresnel');
  assert.equal(await hit.locator('mark').first().innerText(), 'Fresnel');
  assert.deepEqual(await accessibility(page), []);
  await hit.getByRole('link').click();
  await page.waitForURL(new RegExp(`/cases/${item.number}/overview`));
});

test('L-11: a case is found by its number, a field, words of a mail and the name of a file, and by nobody who may not see it', async () => {
  const stamp = Date.now().toString(36);
  const item = await openCase(`Semaphore ${stamp}`, { fields: { policy: `POL${stamp}` } });
  await page.goto(`${url}/cases/${item.number}/documents`);
  const file = { name: `bill${stamp}.txt`, mimeType: 'text/plain', buffer: Buffer.from('Two lamps.') };
  await page.getByTestId('document-drop').locator('input').setInputFiles(file);
  await page.getByTestId('document-open').filter({ hasText: file.name }).waitFor();
  const subject = `Semaphore of ${stamp}`;
  await deliver(
    [
      'From: Clara Weiss <clara.weiss@customer.example>',
      'To: claims@harbor.example',
      `Subject: ${subject}`,
      `Message-ID: <semaphore.${stamp}@customer.example>`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `It blinks word${stamp} all night. Policy HB-204118.`,
      '',
    ].join('\r\n'),
    { from: 'clara.weiss@customer.example' },
  );
  for (const [words, text] of [
    [item.number, item.number],
    [`POL${stamp}`, item.number],
    [file.name, file.name],
    [`word${stamp}`, subject],
  ])
    await found(words, text);
  // The case is restricted to those who lead.
  await ask('root', 'PUT', '/case-definitions/story-sealed', {
    key: 'story-sealed',
    name: 'Sealed story',
    caseNumberPrefix: 'SLD',
    restrictedTo: ['supervisors'],
    stages: [{ id: 'intake', name: 'Intake' }],
    statuses: [
      { id: 'open', name: 'Open', kind: 'open' },
      { id: 'closed', name: 'Closed', kind: 'closed' },
    ],
    fields: [],
  });
  const hidden = await ask('root', 'POST', '/cases', { definition: 'story-sealed', title: `Secret${stamp}` });
  await openCase(`Beside it Secret${stamp}`);
  await found(`Secret${stamp}`, 'Beside it');
  const all = await ask('root', 'GET', `/search?q=Secret${stamp}`);
  assert.ok(JSON.stringify(all).includes(hidden.number), 'who may see it finds it');
  assert.equal(await page.getByTestId('search-hit').filter({ hasText: hidden.number }).count(), 0);
});

test('the palette leads to the page, which says what is wrong with a question and keeps it in the address', async () => {
  await openCase('Lighthouse stairs');
  await found('lighthouse', 'Lighthouse stairs');
  await page.goto(`${url}/`);
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search and commands' }).fill('lighthouse stairs');
  await page.getByText('Search everything for “lighthouse stairs”').click();
  await page.waitForURL(/\/search\?q=lighthouse/);
  await page.getByTestId('search-hit').first().waitFor();
  const field = page.getByRole('searchbox');
  await field.fill('lighthouse colour:red');
  await page.getByTestId('search-fault').getByText('colour').waitFor();
  await field.fill('lighthouse -stairs is:open');
  await page.waitForURL(/is%3Aopen|is:open/);
  await page.getByTestId('search-hit').filter({ hasText: 'Lighthouse roof' }).first().waitFor();
  assert.equal(await page.getByTestId('search-hit').filter({ hasText: 'Lighthouse stairs' }).count(), 0);
});

test('a task of a case is found, and so are people, each of whom leads to where they are', async () => {
  const item = await openCase('Lighthouse lamp');
  await ask('anna', 'POST', `/cases/${item.id}/tasks`, { title: 'Order a bulb for the beacon' });
  await page.setViewportSize({ width: 390, height: 800 });
  const task = await found('beacon kind:task is:open', 'Order a bulb');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `the page is ${width} wide`);
  assert.deepEqual(await accessibility(page), []);
  await page.setViewportSize({ width: 1280, height: 800 });
  await task.getByRole('link').click();
  await page.waitForURL(/\/tasks\//);
  const who = await found('ben kind:person', 'Ben');
  await who.getByRole('link').click();
  await page.waitForURL(/\/cases\?assignee=ben/);
});

test('the page fits a narrow screen and says how to search', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${url}/search`);
  await page.getByTestId('search-help').waitFor();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `the page is ${width} wide`);
  assert.deepEqual(await accessibility(page), []);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('no page logged an error', () => {
  // A question that cannot be read is answered with 400, which the browser tells as well.
  assert.deepEqual(
    complaints(anna).filter((complaint) => !/400/.test(String(complaint))),
    [],
  );
});
