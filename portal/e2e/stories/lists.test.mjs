// The list, the inbox and the figures of a team on the real platform: changed where it stands, looked at beside, taken away, dealt with, counted, handed on.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { accessibility, launch, shoot } from '../support/browser.mjs';
import { ask, caseNow, complaints, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let anna;
let ben;
before(async () => {
  await prepareStories();
  browser = await launch();
  anna = await person(browser, 'anna', '/cases');
  ben = await person(browser, 'ben', '/supervise');
});
after(() => browser?.close());

test('L-05: a row is changed where it stands, looked at beside the list, and taken away as a file', async () => {
  const { page } = anna;
  const item = await openCase('=Leaking pagoda');
  await page.goto(`${url}/cases?search=pagoda&columns=number,title,priority,assignee`);
  const row = page.getByTestId('case-row').filter({ hasText: item.number });
  await row.getByTestId('inline-priority').click();
  await page.getByRole('menuitem', { name: 'High' }).click();
  await until('the priority', async () => (await caseNow(item.id)).priority === 90);
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  await page.getByTestId('peek').getByText('=Leaking pagoda').waitFor();
  await shoot(page, 'list-peek');
  assert.deepEqual(await accessibility(page), []);
  await page.keyboard.press('Escape');
  await page.getByTestId('export').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-csv').click()]);
  const file = await readFile(await download.path(), 'utf8');
  assert.ok(file.includes(`${item.number},'=Leaking pagoda,90`), file);
  assert.ok(file.endsWith('# end: 1 of 1 cases\r\n'), file);
});

test('L-05: what is refused in a row goes back and says why; what somebody else changed is shown beside it', async () => {
  const { page } = anna;
  const item = await openCase('Sunken pergola');
  await page.goto(`${url}/cases?search=pergola&columns=number,title,priority`);
  const cell = page.getByTestId('case-row').filter({ hasText: item.number }).getByTestId('inline-priority');
  const before = await cell.innerText();
  let refuse;
  const refused = new Promise((resolve) => {
    refuse = resolve;
  });
  await page.route(`**/api/v1/cases/${item.id}`, async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue();
    await refused;
    const json = { title: 'Oh', status: 422, code: 'invalid-value', detail: 'The desk is closed.' };
    return route.fulfill({ status: 422, contentType: 'application/problem+json', json });
  });
  await cell.click();
  await page.getByRole('menuitem', { name: 'High' }).click();
  // It shows before the server has answered.
  await cell.filter({ hasText: 'High' }).waitFor();
  refuse();
  await page.getByText('The desk is closed.').waitFor();
  await cell.filter({ hasText: before }).waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  // The row does not hear in time that Ben was faster.
  await page.route('**/api/v1/cases?*', () => undefined);
  await ask('ben', 'PATCH', `/cases/${item.id}`, { priority: 10 });
  await cell.click();
  await page.getByRole('menuitem', { name: 'High' }).click();
  await page.getByTestId('conflict-table').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('dialog').getByRole('button', { name: 'Save mine' }).click();
  await until('my change', async () => (await caseNow(item.id)).priority === 90);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('C-13: what I was told is put off and comes back, and a muted case is quiet', async () => {
  const { page } = anna;
  const item = await openCase('Cracked gazebo');
  await ask('ben', 'POST', `/cases/${item.id}/comments`, { body: '@anna look', mentions: ['anna'] });
  const told = page.getByTestId('told').filter({ hasText: item.number });
  await page.goto(`${url}/inbox?kind=mention`);
  await told.waitFor();
  assert.deepEqual(await accessibility(page), []);
  await told.getByTestId('told-snooze').click();
  await page.getByTestId('snooze-tomorrow').click();
  await told.waitFor({ state: 'detached' });
  await page.goto(`${url}/inbox?show=snoozed`);
  await told.getByTestId('told-mute').click();
  await until('the muted case', async () => (await ask('anna', 'GET', '/notification-mutes')).cases.includes(item.id));
  await told.getByTestId('told-done').click();
  await told.waitFor({ state: 'detached' });
});

test('a title that is cut off is told whole where the pointer is and where the keyboard comes to', async () => {
  const { page } = anna;
  const title = `Gazebo ${'that leans on the wall of a neighbour who says so at length '.repeat(4)}`.trim();
  await openCase(title);
  await openCase('Gazebo');
  await page.goto(`${url}/cases?search=gazebo`);
  const link = (name) => page.getByTestId('case-row').getByRole('link', { name, exact: true });
  const whole = page.getByRole('tooltip').filter({ hasText: title });
  await link(title).hover();
  await whole.waitFor();
  assert.deepEqual(await accessibility(page), []);
  await link('Gazebo').hover();
  await whole.waitFor({ state: 'detached' });
  await page.getByTestId('case-row').filter({ hasText: title }).getByRole('link').first().focus();
  await page.keyboard.press('Tab');
  await whole.waitFor();
  await page.keyboard.press('Escape');
  await whole.waitFor({ state: 'detached' });
});

test('R-02: who only operates finds what failed on the first page, each number the length of its list, and no empty frame', async () => {
  const dana = await person(browser, 'dana');
  const { page } = dana;
  for (const id of ['incidents', 'failed-jobs', 'failed-external-tasks']) {
    await page.goto(url);
    const figure = page.getByTestId(`figure-${id}`).and(page.locator('[data-value]'));
    await figure.waitFor();
    const counted = await figure.getAttribute('data-value');
    for (const name of ['My tasks', 'Tasks to claim', 'My cases', 'Deadlines at risk'])
      assert.equal(await page.getByRole('region', { name }).count(), 0, name);
    assert.deepEqual(await accessibility(page), []);
    await figure.click();
    await page
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${counted} incident`) })
      .waitFor();
    assert.equal(await page.getByTestId('incident-row').count(), Number(counted));
  }
  assert.deepEqual(complaints(dana), []);
  await dana.context.close();
});

test('R-02 R-03: figures are those of the lists behind them, and a case is handed on', async () => {
  const { page } = ben;
  // Due first: the list shows the first pieces of what nobody has.
  const item = await openCase('Tilted carport');
  await ask('anna', 'PATCH', `/cases/${item.id}`, { dueAt: new Date().toISOString() });
  await page.goto(`${url}/supervise?definition=story`);
  const tile = page.getByTestId('figure-open').and(page.locator('[data-value]'));
  await tile.waitFor();
  await page.getByTestId('flow-chart').locator('canvas').waitFor();
  await shoot(page, 'supervise');
  assert.deepEqual(await accessibility(page), []);
  const counted = await tile.getAttribute('data-value');
  await tile.click();
  await page
    .getByRole('status')
    .filter({ hasText: new RegExp(`^${counted} case`) })
    .waitFor();
  await page.goto(`${url}/supervise/workload?definition=story&person=none`);
  const piece = page.getByTestId('piece').filter({ hasText: item.number });
  await piece.getByTestId('hand').click();
  await page.getByRole('menuitem', { name: 'Anna Meyer' }).click();
  await until('the case to be with Anna', async () => (await caseNow(item.id)).assignee?.id === 'anna');
  const { items } = await ask('ben', 'GET', `/cases/${item.id}/timeline?kinds=assigned`);
  assert.deepEqual([items[0].actor.id, items[0].data.to?.id], ['ben', 'anna']);
  await page.goto(`${url}/supervise/workload?definition=story&person=anna`);
  await piece.waitFor();
  await piece.dragTo(page.locator('[data-testid="load"][data-person="ben"]'));
  await until('the case to be with Ben', async () => (await caseNow(item.id)).assignee?.id === 'ben');
  await shoot(page, 'workload');
  assert.deepEqual(await accessibility(page), []);
  assert.deepEqual(complaints(anna, ben), []);
});
