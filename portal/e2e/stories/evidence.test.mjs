// One case closely: what is seen at first (C-01), its story in order (C-02), what people say (C-03), two who want one task (C-06), files (C-11).
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  ben = await person(browser, 'ben');
  page = anna.page;
});
after(() => browser?.close());

const claim = (title) =>
  openCase(title, {
    definition: 'claim',
    requester: { name: 'Clara Weiss', email: 'clara.weiss@customer.example' },
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It drips on the books.' },
  });
const firstTask = (item) =>
  until('the first task', async () => (await ask('anna', 'GET', `/tasks?case=${item.id}`)).items[0]);

test('C-01: who, what, where it stands, until when and what comes next are seen without scrolling', async () => {
  const item = await claim('Attic');
  await firstTask(item);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('next-action').waitFor();
  for (const [what, part] of [
    ['the title', page.getByTestId('case-title')],
    ['the stage', page.getByTestId('case-stage')],
    ['the status', page.getByTestId('choose-check')],
    ['a promise', page.getByText('First response').first()],
    ['the requester', page.getByText('Clara Weiss').first()],
    ['who has it', page.getByTestId('case-assignee')],
    ['the next action', page.getByTestId('next-action')],
  ]) {
    const box = await part.boundingBox();
    assert.ok(
      box !== null && box.y >= 0 && box.y + box.height <= 800,
      `${what} is not in view: ${JSON.stringify(box)}`,
    );
  }
});

test('C-02: everything that happened is told once and in order', async () => {
  const item = await claim('Balcony');
  const task = await firstTask(item);
  await ask('anna', 'POST', `/tasks/${task.id}/claim`);
  await ask('anna', 'PATCH', `/cases/${item.id}`, { priority: 90, labels: ['wet'], assignee: 'anna' });
  await ask('ben', 'POST', `/cases/${item.id}/comments`, { body: 'Is it insured?', mentions: [] });
  await ask('anna', 'POST', `/tasks/${task.id}/complete`, {
    data: { policyNumber: 'HB-204118', papersComplete: true, amount: 700 },
  });
  await until('the next stage', async () => (await caseNow(item.id)).stage === 'assessment');
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByLabel('Show everything').check();
  await page.locator('[data-kind="stage-changed"]').first().waitFor();
  const shown = await page
    .getByTestId('timeline-item')
    .evaluateAll((items) => items.map((each) => [Number(/\d+/.exec(each.id)?.[0]), each.dataset.kind]));
  const { items } = await ask('anna', 'GET', `/cases/${item.id}/timeline?limit=200`);
  const told = items.map(({ id, kind }) => [Number(id), kind]);
  assert.deepEqual(shown, told);
  assert.equal(new Set(told.map(([id]) => id)).size, told.length);
  for (const kind of [
    'case-created',
    'process-started',
    'task-claimed',
    'assigned',
    'comment-added',
    'task-completed',
    'stage-changed',
  ])
    assert.ok(
      told.some(([, each]) => each === kind),
      `${kind} is not told: ${told.map(([, each]) => each)}`,
    );
});

test('C-03: a comment is changed and deleted by who wrote it, and by nobody else', async () => {
  const item = await openCase('Canopy');
  await ask('anna', 'POST', `/cases/${item.id}/comments`, { body: 'The frame is bent.', mentions: [] });
  await ben.page.goto(`${url}/cases/${item.number}/overview`);
  const theirs = ben.page.locator('[data-kind="comment-added"]', { hasText: 'The frame is bent.' });
  await theirs.waitFor();
  assert.equal(await theirs.getByRole('button', { name: 'Comment actions' }).count(), 0);
  await page.goto(`${url}/cases/${item.number}/overview`);
  const mine = page.locator('[data-kind="comment-added"]').first();
  const choose = async (name) => {
    await mine.getByRole('button', { name: 'Comment actions' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await mine.getByText('The frame is bent.').waitFor();
  await choose('Edit');
  await mine.getByRole('textbox').fill('The frame is straight.');
  assert.deepEqual(await accessibility(page), []);
  await mine.getByRole('button', { name: 'Save' }).click();
  await ben.page.getByText('The frame is straight.').waitFor();
  await choose('Delete');
  await ben.page.getByText('The frame is straight.').waitFor({ state: 'detached' });
});

test('C-06: of two who claim a task at once one is told that somebody was faster', async () => {
  const item = await claim('Dormer');
  const task = await firstTask(item);
  for (const one of [anna, ben]) {
    await one.page.goto(`${url}/tasks/${task.id}`);
    await one.page.getByTestId('task-claim').waitFor();
  }
  // Ben's page does not hear of it in time: that is the story.
  await ben.page.route(`**/api/v1/tasks/${task.id}`, () => undefined);
  await page.getByTestId('task-claim').click();
  await until('the task with Anna', async () => (await ask('anna', 'GET', `/tasks/${task.id}`)).assignee === 'anna');
  await ben.page.getByTestId('task-claim').click();
  await ben.page.getByText('Someone else was faster').waitFor();
  assert.equal((await ask('ben', 'GET', `/tasks/${task.id}`)).assignee, 'anna');
  await ben.page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('C-11: fifty megabytes go up with their progress, an upload is cancelled and one that broke off is tried again', async () => {
  const item = await openCase('Eaves');
  await page.goto(`${url}/cases/${item.number}/documents`);
  const choose = (name, size) =>
    page
      .getByTestId('document-drop')
      .locator('input')
      .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.alloc(size, 'Eaves drip. ') });
  const upload = (name) => page.getByRole('listitem').filter({ hasText: name });
  // Bytes that do not arrive.
  let stuck = true;
  await page.route(/\/files\/.*(upload|content)/, (route) => (stuck ? undefined : route.continue()));
  await choose('slow.txt', 2_000);
  await upload('slow.txt').getByRole('progressbar').waitFor({ state: 'attached' });
  assert.deepEqual(await accessibility(page), []);
  await upload('slow.txt')
    .getByRole('button', { name: /Cancel|Remove/ })
    .click();
  await upload('slow.txt').waitFor({ state: 'detached' });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  stuck = false;
  await page.route(/\/files\/.*(upload|content)/, (route) => route.abort());
  await choose('again.txt', 2_000);
  await upload('again.txt').getByRole('button', { name: /again/i }).waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await upload('again.txt').getByRole('button', { name: /again/i }).click();
  await page.getByTestId('document-open').filter({ hasText: 'again.txt' }).waitFor({ timeout: 60_000 });
  // From a file: bytes of a test would go to the browser as text first.
  const large = join(await mkdtemp(join(tmpdir(), 'casewright-e2e-')), 'large.txt');
  await writeFile(large, Buffer.alloc(50 * 1024 * 1024 - 1, 'Eaves drip. '));
  await page.getByTestId('document-drop').locator('input').setInputFiles(large);
  await page.getByTestId('document-open').filter({ hasText: 'large.txt' }).waitFor({ timeout: 60_000 });
  const documents = (await ask('anna', 'GET', `/cases/${item.id}/documents`)).items;
  assert.deepEqual(documents.map(({ name, size }) => [name, size]).sort(), [
    ['again.txt', 2_000],
    ['large.txt', 50 * 1024 * 1024 - 1],
  ]);
});

test('R-06: for each change the history says who made it, and what was before and after', async () => {
  const item = await openCase('Cornice', { fields: { policy: 'HB-1' } });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { priority: 90 });
  await ask('ben', 'PATCH', `/cases/${item.id}`, { title: 'Cornice and gable', fields: { policy: 'HB-2' } });
  await ask('ben', 'PATCH', `/cases/${item.id}`, { assignee: 'anna', labels: ['stone'] });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { stage: 'decision' });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { status: 'closed' });
  const { items } = await ask('root', 'GET', `/cases/${item.id}/timeline?limit=100`);
  const told = Object.fromEntries(items.map(({ kind, actor, data }) => [kind, { by: actor.id, ...data }]));
  const seen = (kind, ...names) => [told[kind].by, ...names.map((name) => told[kind][name])];
  assert.deepEqual(seen('priority-changed', 'before', 'after'), ['anna', item.priority, 90]);
  assert.deepEqual(seen('title-changed', 'before', 'after'), ['ben', 'Cornice', 'Cornice and gable']);
  const [change] = told['field-changed'].changes;
  assert.deepEqual(
    [told['field-changed'].by, change.key, change.before, change.after],
    ['ben', 'policy', 'HB-1', 'HB-2'],
  );
  assert.deepEqual([told.assigned.by, told.assigned.from, told.assigned.to.id], ['ben', null, 'anna']);
  assert.deepEqual(seen('labels-changed', 'added', 'removed'), ['ben', ['stone'], []]);
  assert.deepEqual(
    [told['stage-changed'].by, told['stage-changed'].from.id, told['stage-changed'].to.id],
    ['anna', 'intake', 'decision'],
  );
  assert.deepEqual(
    [told['status-changed'].by, told['status-changed'].from.id, told['status-changed'].to.id],
    ['anna', 'open', 'closed'],
  );
});

test('no page logged an error', () => {
  assert.deepEqual(
    complaints(anna, ben).filter((text) => !/ERR_FAILED/.test(text)),
    [],
  );
});
