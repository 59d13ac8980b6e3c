// Following a case: somebody who is not at it hears what happens, until they say that it is enough.
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

const follows = async (item) => (await ask('anna', 'GET', `/cases/${item.id}/following`)).isFollowing;
const toldOf = (item) => page.getByTestId('told').filter({ hasText: item.number });

test('C-13: a case that is followed is marked and listed, what happens in it arrives at once, and it is followed no longer from there', async () => {
  const item = await openCase('Weathercock');
  await openCase('Weathervane');
  await page.goto(`${url}/cases/${item.number}/overview`);
  const mark = page.getByTestId('follow');
  await mark.and(page.locator('[aria-pressed="false"]')).click();
  await page.locator('[data-testid="follow"][aria-pressed="true"]').waitFor();
  assert.equal(await follows(item), true);
  assert.deepEqual(await accessibility(page), []);
  await page.goto(`${url}/cases`);
  await page.getByTestId('views').click();
  await page.getByTestId('view-followed').click();
  await page.getByTestId('filter-chip').filter({ hasText: 'following:me' }).waitFor();
  await page.getByTestId('case-row').filter({ hasText: item.number }).waitFor();
  await page.getByTestId('case-row').filter({ hasText: 'Weathervane' }).waitFor({ state: 'detached' });
  await page.goto(`${url}/inbox`);
  await page.getByText('Live', { exact: true }).waitFor();
  await ask('ben', 'POST', `/cases/${item.id}/comments`, { body: 'It squeaks.', mentions: [] });
  await toldOf(item).getByText(`Ben Okafor commented on ${item.number}`).waitFor();
  await ask('ben', 'PATCH', `/cases/${item.id}`, { stage: 'decision' });
  await toldOf(item).getByText(`${item.number} is in stage Decision`).waitFor();
  assert.deepEqual(await accessibility(page), []);
  await toldOf(item).getByTestId('told-unfollow').click();
  await until('the end of it', async () => !(await follows(item)));
});

test('C-13: what somebody does not want to be told of what they follow is not told', async () => {
  const item = await openCase('Sundial');
  const other = await openCase('Sundial, the other');
  for (const each of [item, other]) await ask('anna', 'PUT', `/cases/${each.id}/following`);
  const wishes = await ask('anna', 'GET', '/notification-preferences');
  const { ['case-followed']: _, ...kinds } = wishes.kinds;
  await page.goto(`${url}/inbox/preferences`);
  await page.getByText('Something happens in a case that I follow').waitFor();
  await ask('anna', 'PUT', '/notification-preferences', {
    ...wishes,
    kinds: { ...kinds, 'case-followed': { inApp: false } },
  });
  await ask('ben', 'POST', `/cases/${item.id}/comments`, { body: 'It is late.', mentions: [] });
  await ask('ben', 'POST', `/cases/${item.id}/comments`, { body: '@anna it is late.', mentions: ['anna'] });
  await page.goto(`${url}/inbox`);
  await toldOf(item).getByText(`mentioned you in ${item.number}`).first().waitFor();
  assert.equal(await toldOf(item).getByText('commented on').count(), 0);
  await ask('anna', 'PUT', '/notification-preferences', { ...wishes, kinds });
  await ask('ben', 'POST', `/cases/${other.id}/comments`, { body: 'It is late.', mentions: [] });
  await toldOf(other).getByText('commented on').waitFor();
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna), []);
});
