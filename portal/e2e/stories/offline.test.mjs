// The connection goes away and comes back while somebody works.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, openCase, person } from '../support/people.mjs';
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

test('F-11: without a connection a banner says what is possible, a write is refused at once, and what was typed is sent later', async () => {
  const item = await openCase('Ferry');
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('timeline-item').first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const banner = page.getByTestId('offline').getByText('There is no connection to the server');
  assert.equal(await banner.count(), 0);
  await page.context().setOffline(true);
  await banner.waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('comment-text').fill('The ferry drifts.');
  await page.getByTestId('comment-send').click();
  await page.getByText('Nothing was sent; what you wrote is still here').first().waitFor();
  assert.equal(await page.getByTestId('comment-text').inputValue(), 'The ferry drifts.');
  await page.context().setOffline(false);
  await banner.waitFor({ state: 'detached' });
  await page.getByTestId('comment-send').click();
  await until('the comment', async () => {
    const { items } = await ask('anna', 'GET', `/cases/${item.id}/timeline?kinds=comment-added`);
    return items.some(({ data }) => data.body === 'The ferry drifts.');
  });
});
