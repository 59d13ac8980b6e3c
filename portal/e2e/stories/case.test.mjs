// Working on one case, with other people at it: nothing that was typed is lost, nothing of theirs is overwritten.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, complaints, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let anna;
let ben;
let page;
before(async () => {
  await prepareStories();
  browser = await launch();
  anna = await person(browser, 'anna');
  ben = await person(browser, 'ben', '/inbox');
  page = anna.page;
});
after(() => browser?.close());

const open = (item, part = 'overview') => page.goto(`${url}/cases/${item.number}/${part}`);
const becomes = (item, what, wanted) => until(what, async () => wanted(await caseNow(item.id)));

test('what the server refuses to save is still there, after a reload too', async () => {
  const item = await openCase('Window');
  await open(item, 'fields');
  await page.getByLabel('What happened').fill('A ball.');
  await page.getByRole('textbox', { name: 'Title' }).fill('x'.repeat(600));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByTestId('fields-refused').waitFor();
  assert.equal(await page.getByLabel('What happened').inputValue(), 'A ball.');
  assert.deepEqual(await accessibility(page), []);
  await page.reload();
  assert.equal(await page.getByLabel('What happened').inputValue(), 'A ball.');
  await page.getByRole('textbox', { name: 'Title' }).fill('Broken window');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await becomes(item, 'the saved case', ({ title, fields }) => title === 'Broken window' && fields.story === 'A ball.');
});

test('L-05: a change of somebody else is shown before it is overwritten', async () => {
  const item = await openCase('Bicycle', { fields: { policy: 'HB-1' } });
  await open(item, 'fields');
  await page.getByLabel('Policy number').fill('HB-MINE');
  await ask('ben', 'PATCH', `/cases/${item.id}`, { fields: { policy: 'HB-THEIRS' } });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByTestId('conflict-table').getByText('HB-THEIRS').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('button', { name: 'Save mine' }).click();
  await becomes(item, 'my change', ({ fields }) => fields.policy === 'HB-MINE');
});

test('two cases are linked, each shows the other, and one of them takes it away', async () => {
  const [one, two] = [await openCase('Chimney fire'), await openCase('Chimney fire, again')];
  await open(two);
  await page.getByTestId('link-case').click();
  await page.getByRole('combobox', { name: 'This case' }).click();
  await page.getByRole('option', { name: 'Duplicates' }).click();
  await page.getByTestId('link-to').fill(one.number);
  await page.getByRole('option', { name: one.number }).click();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('link-confirm').click();
  await page.getByTestId('linked-case').filter({ hasText: one.number }).waitFor();
  await open(one);
  await page.getByRole('region', { name: 'Is duplicated by' }).getByText(two.number).waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('button', { name: `Remove the link with ${two.number}` }).click();
  await page.getByTestId('linked-case').waitFor({ state: 'detached' });
  await until('the other to know', async () => (await ask('anna', 'GET', `/cases/${two.id}/links`)).items.length === 0);
});

test('C-04: a refused move asks for what is missing and then moves', async () => {
  const item = await openCase('Hail', { definition: 'story-decided' });
  await open(item);
  await page.getByTestId('choose-stage').click();
  await page.getByRole('menuitem', { name: 'Decision' }).click();
  await page.getByRole('dialog').getByLabel('Decision').fill('do not pay');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('demand-save').click();
  await page.getByTestId('case-stage').filter({ hasText: 'Decision' }).waitFor();
  // The page shows the move before the server has answered.
  await becomes(item, 'the move', ({ stage, fields }) => stage === 'decision' && fields.decision === 'do not pay');
});

test('priority, due date, labels, requester and title are changed where they stand, by key and by hand', async () => {
  const item = await openCase('Kitchen');
  await open(item);
  await page.getByTestId('case-priority').waitFor();
  await page.keyboard.press('p');
  await page.getByRole('menuitem', { name: 'High' }).click();
  await becomes(item, 'priority', ({ priority }) => priority === 90);
  await page.keyboard.press('d');
  await page.getByTestId('due-input').fill('2027-01-15T10:30');
  await page.keyboard.press('Enter');
  await becomes(item, 'due date', ({ dueAt }) => Date.parse(dueAt) === Date.parse('2027-01-15T09:30:00Z'));
  await page.getByTestId('due-input').waitFor({ state: 'detached' });
  await page.keyboard.press('l');
  await page.getByTestId('labels-input').fill('urgent');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await becomes(item, 'labels', ({ labels }) => labels.includes('urgent'));
  await page.getByTestId('case-requester').click();
  await page.getByTestId('requester-name').fill('Clara Weiss');
  await page.keyboard.press('Enter');
  await becomes(item, 'requester', ({ requester }) => requester?.name === 'Clara Weiss');
  await page.getByTestId('title-edit').click();
  await page.getByTestId('title-input').fill('Kitchen under water');
  await page.keyboard.press('Enter');
  await page.getByTestId('case-title').filter({ hasText: 'Kitchen under water' }).waitFor();
  await becomes(item, 'title', ({ title }) => title === 'Kitchen under water');
});

test('C-03 C-13: a comment is kept over a reload; whoever it mentions hears of it at once', async () => {
  const item = await openCase('Garage');
  await ben.page.goto(`${url}/inbox`);
  const unread = async () =>
    Number(await ben.page.getByTestId('notification-bell').getAttribute('data-unread', { timeout: 5_000 }));
  await ben.page.getByText('Live', { exact: true }).waitFor();
  const before = await unread();
  await open(item);
  await page.getByTestId('comment-text').fill('Could you look at this, @Ben Okafor?');
  await page.reload();
  assert.equal(await page.getByTestId('comment-text').inputValue(), 'Could you look at this, @Ben Okafor?');
  await page.getByTestId('comment-send').click();
  await page.locator('[data-kind="comment-added"]', { hasText: 'Could you look' }).waitFor();
  assert.equal(await page.getByTestId('comment-text').inputValue(), '');
  await until('the bell', async () => (await unread()) > before);
  await ben.page.getByTestId('notification').filter({ hasText: item.number }).first().waitFor();
});

test('C-11: a document is uploaded, previewed and removed; a program is refused with the reason', async () => {
  const item = await openCase('Cellar');
  await open(item, 'documents');
  await page
    .getByTestId('document-drop')
    .locator('input')
    .setInputFiles([
      { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('Glazier called.\n') },
      { name: 'tool.exe', mimeType: 'application/octet-stream', buffer: Buffer.from(`MZ${'\0'.repeat(200)}`) },
    ]);
  await page.getByTestId('document-open').filter({ hasText: 'note.txt' }).click();
  await page.getByTestId('attachment-preview').getByText('Glazier called.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Actions for note.txt' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByTestId('document-open').filter({ hasText: 'note.txt' }).waitFor({ state: 'detached' });
});

test('L-09: a card of the board moves by its menu and by dragging', async () => {
  const item = await openCase('Cat on the board');
  await page.goto(`${url}/cases/board?definition=story&search=${item.number}`);
  const card = page.getByTestId('board-card').filter({ hasText: item.number });
  const column = (name) => page.locator(`section[aria-label="${name}"]`);
  await card.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Decision' }).click();
  await column('Decision').getByText(item.number).waitFor();
  await becomes(item, 'the stage', ({ stage }) => stage === 'decision');
  await card.dragTo(column('Intake'), { targetPosition: { x: 60, y: 30 } });
  await column('Intake').getByText(item.number).waitFor();
  await becomes(item, 'the stage before', ({ stage }) => stage === 'intake');
});

test('closing names the work that ends with the case; nothing is closed when it is kept open', async () => {
  const item = await openCase('Fence', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It leans over the road.' },
  });
  await until('the first task', async () => (await caseNow(item.id)).openTaskCount === 1);
  await open(item);
  const choose = async () => {
    await page.getByTestId('choose-check').click();
    await page.getByRole('menuitem', { name: 'Closed' }).click();
  };
  await choose();
  const warning = page.getByTestId('close-warning');
  await warning.getByText('Check papers').waitFor();
  await warning.getByText('Claim handling').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('button', { name: 'Keep open' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await caseNow(item.id)).statusKind, 'open');
  await choose();
  await page.getByTestId('status-reason').fill('Paid out');
  await page.getByRole('button', { name: 'Cancel them and close' }).click();
  await page.getByTestId('close-reason').getByText('Paid out').waitFor();
  await becomes(
    item,
    'the end of its work',
    ({ openTaskCount, statusKind }) => openTaskCount === 0 && statusKind === 'closed',
  );
  await page.locator('[data-kind="open-work-cancelled"]').first().waitFor();
});

test('closing with work that the page did not know of asks again instead of cancelling it', async () => {
  const item = await openCase('Hedge', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It grows over the road.' },
  });
  await until('the first task', async () => (await caseNow(item.id)).openTaskCount === 1);
  // The page believes that nothing is open.
  await page.route(`**/api/v1/cases/${item.number}`, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    await route.fulfill({ response, json: { ...body, openTaskCount: 0, processInstances: [] } });
  });
  await page.route('**/api/v1/tasks?*', (route) => route.fulfill({ json: { items: [], nextCursor: null, total: 0 } }));
  await open(item);
  await page.getByTestId('choose-check').click();
  await page.getByRole('menuitem', { name: 'Closed' }).click();
  await page.getByRole('button', { name: 'Close case' }).click();
  await page.getByTestId('close-warning').getByText('Check papers').waitFor();
  assert.equal((await caseNow(item.id)).statusKind, 'open');
  await page.getByRole('button', { name: 'Cancel them and close' }).click();
  await becomes(item, 'the closed case', ({ statusKind }) => statusKind === 'closed');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a case is opened again with a reason', async () => {
  const item = await openCase('Hut');
  await ask('anna', 'PATCH', `/cases/${item.id}`, { status: 'closed' });
  await open(item);
  await page.getByTestId('choose-check').click();
  await page.getByRole('menuitem', { name: 'Open' }).click();
  await page.getByTestId('status-reason').fill('There is more');
  await page.getByRole('button', { name: 'Open case again' }).click();
  await becomes(item, 'the open case', ({ statusKind }) => statusKind === 'open');
});

test('C-02: the timeline folds what the platform did; a fold opens by key, an entry has an address that opens its fold', async () => {
  const item = await openCase('Orchard', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'The trees stand in water.' },
  });
  await until('the first task', async () => (await caseNow(item.id)).openTaskCount === 1);
  await open(item);
  const timeline = page.getByRole('region', { name: 'Timeline' });
  const fold = timeline.getByTestId('timeline-fold').first().getByRole('button');
  await fold.waitFor();
  assert.equal(await fold.getAttribute('aria-expanded'), 'false');
  assert.equal(await timeline.locator('[data-kind="process-started"]').count(), 0);
  assert.deepEqual(await accessibility(page), []);
  await fold.press('Enter');
  const started = timeline.locator('[data-kind="process-started"]');
  await started.waitFor();
  assert.match(await started.innerText(), /Process “[^”]+” started/);
  assert.deepEqual(await accessibility(page), []);
  const address = await started.getByTestId('entry-link').getAttribute('href');
  await ask('ben', 'POST', `/cases/${item.id}/comments`, { body: 'Are the apples insured?', mentions: [] });
  await timeline.getByText('Are the apples insured?').waitFor();
  await started.waitFor();
  await page.goto(`${url}/inbox`);
  await page.goto(`${url}/cases/${item.number}/overview${address}`);
  await page.locator('[data-kind="process-started"][data-named="true"]').waitFor();
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna, ben), []);
});
