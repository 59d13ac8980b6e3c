// A case on paper.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, complaints, openCase, person } from '../support/people.mjs';
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

test('C-14: the dossier has the data, the people and every entry, the ones that the page has not loaded too', async () => {
  const item = await openCase('Vineyard', { fields: { policy: 'HB-771', story: 'Frost in May.' } });
  for (let number = 1; number <= 55; number += 1)
    await ask('anna', 'POST', `/cases/${item.id}/comments`, { body: `Row ${number} of vines.`, mentions: [] });
  await page.goto(`${url}/cases/${item.number}/documents`);
  await page.getByTestId('print-menu').waitFor();
  // A headless browser has no printer: what would be printed is kept instead.
  await page.evaluate(() => {
    globalThis.papers = [];
    globalThis.print = () => {
      globalThis.papers.push(document.querySelector('.cw-paper').textContent);
      globalThis.dispatchEvent(new Event('afterprint'));
    };
  });
  await page.getByTestId('print-menu').click();
  await page.getByTestId('print-dossier').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('print-dossier').click();
  await until('the paper', async () => (await page.evaluate(() => globalThis.papers.length)) === 1);
  const [paper] = await page.evaluate(() => globalThis.papers);
  for (const part of [item.number, 'HB-771', 'Frost in May.', 'Row 1 of vines.', 'Row 55 of vines.', 'Documents'])
    assert.ok(paper.includes(part), `${part} is not on the paper`);
  await page.getByTestId('paper').waitFor({ state: 'detached' });
});

test('C-14: a page prints without navigation and buttons', async () => {
  const item = await openCase('Barn');
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('timeline-item').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  for (const testId of ['comment-text', 'tab-mail', 'choose-stage', 'print-menu'])
    assert.equal(await page.getByTestId(testId).isVisible(), false, `${testId} is printed`);
  assert.equal(await page.getByRole('navigation', { name: 'Main' }).isVisible(), false);
  assert.equal(await page.getByTestId('timeline-item').first().isVisible(), true);
  await page.emulateMedia({ media: 'screen' });
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna), []);
});
