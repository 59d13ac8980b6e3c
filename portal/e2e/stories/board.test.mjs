// The board counts what the list counts (L-10), is worked with keys alone, and says why a card may not move (L-09).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let page;
before(async () => {
  await prepareStories();
  browser = await launch();
  ({ page } = await person(browser, 'anna'));
});
after(() => browser?.close());

const stamp = Date.now().toString(36);

test('L-10: a column counts what the list with its filter counts', async () => {
  for (let nth = 0; nth < 5; nth += 1) {
    const item = await openCase(`Spinnaker${stamp} ${nth}`);
    if (nth > 2) await ask('anna', 'PATCH', `/cases/${item.id}`, { stage: 'decision' });
  }
  await page.goto(`${url}/cases/board?definition=story&search=Spinnaker${stamp}`);
  for (const [stage, count] of [
    ['intake', 3],
    ['decision', 2],
  ]) {
    const column = page.locator(`[data-testid="board-column"][data-stage="${stage}"][data-total="${count}"]`);
    await column.waitFor();
    assert.equal(await column.getByTestId('board-card').count(), count);
  }
  for (const [stage, count] of [
    ['intake', 3],
    ['decision', 2],
  ]) {
    await page.goto(`${url}/cases?definition=story&search=Spinnaker${stamp}&stage=${stage}&statusKind=open,paused`);
    await page
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${count} cases`) })
      .waitFor();
  }
});

test('L-09: a card moves with keys alone', async () => {
  const item = await openCase(`Staysail${stamp}`);
  await page.goto(`${url}/cases/board?definition=story&search=${item.number}`);
  const card = page.getByTestId('board-card').filter({ hasText: item.number });
  await card.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Decision' }).waitFor();
  await until('the way there', async () => {
    await page.keyboard.press('ArrowDown');
    return page.evaluate(() => document.activeElement.textContent === 'Decision');
  });
  await page.keyboard.press('Enter');
  await until('the stage', async () => (await caseNow(item.id)).stage === 'decision');
});

test('L-09: a card that may not move stays, and says why', async () => {
  const item = await openCase(`Trysail${stamp}`, { definition: 'story-decided' });
  await page.goto(`${url}/cases/board?definition=story-decided&search=${item.number}`);
  const card = page.getByTestId('board-card').filter({ hasText: item.number });
  await card.dragTo(page.locator('[data-testid="board-column"][data-stage="decision"]'), {
    targetPosition: { x: 60, y: 30 },
  });
  await page.getByRole('dialog').getByLabel('Decision').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await card.getByTestId('refusal').waitFor();
  assert.deepEqual(await accessibility(page), []);
  assert.equal((await caseNow(item.id)).stage, 'intake');
  await page.locator('[data-testid="board-column"][data-stage="intake"]').getByText(item.number).waitFor();
});
