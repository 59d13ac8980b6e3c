// What people do with lists, the board, the inbox and the figures of a team, against the mock. `check` looks for violations of accessibility.
import assert from 'node:assert/strict';

/** Waits until something holds; what is asked of the page takes a while to come back. */
async function until(what, holds) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  assert.fail(`never came to be: ${what}`);
}

export const listScenarios = (check) => ({
  async 'lists: a row is changed where it stands, and put back when the server refuses'(page, mock) {
    const item = mock.state.cases.find((each) => each.number === 'CLM-000005');
    await page.goto(`${mock.url}/cases?search=CLM-000005&columns=number,title,stage,priority,assignee,due,labels`);
    const row = page.getByTestId('case-row').filter({ hasText: 'CLM-000005' });
    await row.getByTestId('inline-priority').click();
    await page.getByRole('menuitem', { name: 'High' }).waitFor();
    await check(page, 'inline menu');
    await page.getByRole('menuitem', { name: item.priority >= 80 ? 'Low' : 'High' }).click();
    await until('the priority', () => [20, 90].includes(item.priority));
    await row.getByTestId('inline-labels').click();
    await page.getByTestId('inline-labels-input').fill('water');
    await check(page, 'inline labels');
    await page.getByRole('button', { name: 'Save' }).click();
    await until('the label', () => item.labels?.includes('water'));
    // Somebody else was quicker: their change is shown beside ours.
    await page.route('**/api/v1/cases/*', async (route) => {
      if (route.request().method() === 'PATCH') item.version += 1;
      await route.continue();
    });
    await row.getByTestId('inline-stage').click();
    await page.getByRole('menuitem').filter({ hasNotText: item.stageName }).last().click();
    await page.getByRole('dialog', { name: 'Someone changed this case meanwhile' }).waitFor();
    await page.getByRole('button', { name: 'Keep theirs' }).click();
    await row.getByTestId('inline-stage').filter({ hasText: item.stageName }).waitFor();
  },
  async 'lists: a case is looked at beside the list, by keyboard, and the address says which'(page, mock) {
    await page.goto(`${mock.url}/cases?sort=number`);
    await page.getByTestId('case-row').nth(2).waitFor();
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await page.getByTestId('peek').getByText('CLM-000001').first().waitFor();
    await page.keyboard.press('j');
    await page.getByTestId('peek').getByText('CLM-000002').first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get('peek'), 'CLM-000002');
    await page.getByTestId('peek-mail').waitFor();
    await check(page, 'peek');
    await page.keyboard.press('Escape');
    await page.getByTestId('peek').waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).searchParams.get('peek'), null);
  },
  async 'lists: the list is taken away as a file'(page, mock) {
    await page.goto(`${mock.url}/cases?assignee=none`);
    await page.getByTestId('case-row').first().waitFor();
    await page.getByTestId('export').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-excel').click()]);
    assert.equal(download.suggestedFilename(), 'cases.csv');
    await page.getByText('The file has all').waitFor();
  },
  async 'lists: a card says why it was not moved, and another axis has other columns'(page, mock) {
    await page.goto(`${mock.url}/cases/board?search=CLM-000010`);
    const card = page.getByTestId('board-card').filter({ hasText: 'CLM-000010' });
    await card.getByRole('button', { name: /^Move CLM-000010/ }).click();
    await page.getByRole('menuitem', { name: 'Decision' }).click();
    await page.getByRole('dialog').getByText('Decision is needed').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await card.getByTestId('refusal').getByText('Not moved to Decision: Decision is needed').waitFor();
    await check(page, 'refusal');
    await page.getByTestId('board-axis').click();
    await page.getByRole('option', { name: 'Priority' }).click();
    await page.locator('[data-testid="board-column"][data-stage="high"]').waitFor();
    assert.equal(await page.getByTestId('board-column').count(), 3);
    await page.getByTestId('board-card').getByRole('link').first().click();
    await page.getByTestId('place-in-list').waitFor();
  },
  async 'lists: notifications are dealt with, put off and muted'(page, mock) {
    await page.goto(`${mock.url}/inbox`);
    const told = page.getByTestId('told');
    await told.nth(1).waitFor();
    const count = await told.count();
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await until('the first to be done', async () => (await told.count()) === count - 1);
    await told.first().getByTestId('told-snooze').click();
    await page.getByTestId('snooze-tomorrow').waitFor();
    await check(page, 'snooze menu');
    await page.getByTestId('snooze-tomorrow').click();
    await until('the second to be put off', async () => (await told.count()) === count - 2);
    await page.getByText('Put off', { exact: true }).click();
    await told
      .first()
      .getByText(/^Back /)
      .waitFor();
    await page.getByText('Done', { exact: true }).click();
    await told.first().getByTestId('told-mute').click();
    await until('the case to be muted', () => mock.state.mutes.size === 1);
    await told.first().getByTestId('told-done').click();
    await page.getByText('You are up to date').waitFor();
  },
  async 'lists: figures are those of their lists, and work is handed on by menu and by pulling'(page, mock) {
    await page.goto(`${mock.url}/supervise?definition=claim`);
    for (const figure of ['open', 'nobody', 'over', 'came']) {
      const tile = page.getByTestId(`figure-${figure}`).and(page.locator('[data-value]'));
      await tile.waitFor();
      const counted = await tile.getAttribute('data-value');
      await tile.click();
      await page
        .getByRole('status')
        .filter({ hasText: new RegExp(`^${counted} case`) })
        .waitFor();
      await page.goBack();
    }
    await page.goto(`${mock.url}/supervise/workload`);
    const row = (person) => page.locator(`[data-testid="load"][data-person="${person}"]`);
    const held = (person) => mock.state.cases.filter((item) => (item.assignee?.id ?? 'none') === person).length;
    await row('none').getByTestId('load-open').click();
    const pieces = page.locator('[data-testid="piece"][data-kind="case"]');
    await pieces.first().waitFor();
    const before = held('none');
    const number = () => pieces.first().locator('.cw-num').first().innerText();
    const first = await number();
    await pieces.first().getByTestId('hand').click();
    await page.getByRole('menuitem', { name: 'Ben Okafor' }).click();
    await until('the case to be handed on', () => held('none') === before - 1);
    await until('the list to be without it', async () => (await number()) !== first);
    // All of it in view: a page that scrolls under a pressed button begins to pull at something else.
    await page.setViewportSize({ width: 1280, height: 3_000 });
    await pieces.first().dragTo(row('ben'));
    await until('the case to be pulled', () => held('none') === before - 2);
    await check(page, 'workload');
  },
});
