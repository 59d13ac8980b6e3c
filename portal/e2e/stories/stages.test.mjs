// Stages: what a refused move asks for, what follows by itself, how a case ends and begins again; and the versions of its case type.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, complaints, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';

const definition = {
  key: 'staged',
  name: 'Staged',
  caseNumberPrefix: 'STG',
  stages: [
    { id: 'intake', name: 'Intake', autoAdvance: true, exitCriteria: [{ name: 'Taken', if: 'assignee != null' }] },
    {
      id: 'check',
      name: 'Check',
      skip: 'with-reason',
      exitCriteria: [{ name: 'It is checked', if: 'fields.checked' }],
    },
    {
      id: 'decision',
      name: 'Decision',
      required: ['amount'],
      entryCriteria: [{ name: 'It is labelled', if: 'count(labels) > 0' }],
    },
    { id: 'paid', name: 'Paid', kind: 'resolution', status: 'closed' },
  ],
  milestones: [{ id: 'taken', name: 'Taken up', criteria: [{ on: [{ stageEntered: 'check' }] }] }],
  resolutions: [
    { id: 'paid', name: 'Paid out' },
    { id: 'refused', name: 'Refused' },
  ],
  statuses: [
    { id: 'open', name: 'Open', kind: 'open' },
    { id: 'closed', name: 'Closed', kind: 'closed' },
  ],
  fields: [
    { key: 'amount', label: 'Amount (EUR)', type: 'number' },
    { key: 'checked', label: 'Checked', type: 'boolean' },
  ],
};

let browser;
let anna;
let dana;
before(async () => {
  await ask('root', 'PUT', '/case-definitions/staged', definition);
  browser = await launch();
  anna = await person(browser, 'anna', '/cases');
  dana = await person(browser, 'dana', '/definitions');
});
after(() => browser?.close());

const staged = (title) => ask('anna', 'POST', '/cases', { definition: 'staged', title });
const becomes = (item, what, is) => until(what, async () => is(await caseNow(item.id)));

test('C-04: a case goes on by itself, a refused move asks for what is missing, and goes through with it', async () => {
  const { page } = anna;
  const item = await staged('Fence');
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('milestones').getByText('Taken up').waitFor();
  await ask('anna', 'PATCH', `/cases/${item.id}`, { assignee: 'anna' });
  await page.getByTestId('case-stage').getByText('Check').waitFor();
  await page.locator('[data-kind="milestone-reached"]').first().waitFor();
  await page.getByTestId('choose-stage').click();
  await page.getByRole('menuitem', { name: 'Decision' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByTestId('demand-blocked').getByText('It is labelled').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await ask('anna', 'PATCH', `/cases/${item.id}`, { labels: ['garden'] });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('garden').first().waitFor();
  await page.getByTestId('choose-stage').click();
  await page.getByRole('menuitem', { name: 'Decision' }).click();
  await dialog.getByLabel('Amount (EUR)').fill('12');
  await dialog.getByTestId('demand-reason').fill('Known customer');
  assert.deepEqual(await accessibility(page), []);
  await dialog.getByTestId('demand-save').click();
  await becomes(item, 'the moved case', ({ stage, fields }) => stage === 'decision' && fields.amount === 12);
  await page.locator('.cw-step[data-state="skipped"]').getByText('Check').waitFor();
  assert.deepEqual(await accessibility(page), []);
});

test('a case is closed with a resolution, and opened again with a reason, back in a stage', async () => {
  const { page } = anna;
  const item = await staged('Gate');
  await page.goto(`${url}/cases/${item.number}/overview`);
  await page.getByTestId('choose-check').click();
  await page.getByRole('menuitem', { name: 'Closed' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'How does it end?' }).click();
  await page.getByRole('option', { name: 'Refused' }).click();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('status-confirm').click();
  await page.getByTestId('close-reason').getByText('Refused').waitFor();
  await page.getByTestId('choose-check').click();
  await page.getByRole('menuitem', { name: 'Open' }).click();
  await page.getByTestId('status-reason').fill('He found the bill');
  await page.getByRole('dialog').getByRole('combobox', { name: 'Back to stage' }).click();
  await page.getByRole('option', { name: 'Check' }).click();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('status-confirm').click();
  await becomes(item, 'the open case', ({ statusKind, stage }) => statusKind === 'open' && stage === 'check');
});

test('who makes case types sees what differs, moves open cases, and archives', async () => {
  const { page } = dana;
  await staged('Wall');
  const stages = definition.stages.map((stage) => (stage.id === 'check' ? { ...stage, name: 'Second look' } : stage));
  await ask('root', 'PUT', '/case-definitions/staged', { ...definition, stages });
  await page.goto(`${url}/definitions`);
  await page.getByTestId('definition-row').getByRole('link', { name: 'Staged' }).click();
  // What the newest version is now comes first; what differs is looked at when it is asked for.
  await page.getByTestId('version-stages').getByRole('rowheader', { name: 'Second look' }).waitFor();
  await page.getByTestId('version-fields').getByRole('cell', { name: 'Number' }).first().waitFor();
  assert.deepEqual(await accessibility(page), []);
  assert.equal(await page.getByTestId('differences').count(), 0);
  await page.getByTestId('compare').click();
  await page.getByTestId('differences').getByText('Second look').first().waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('migrate').click();
  await page.getByTestId('migration-preview').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('migration-start').click();
  await page.locator('[data-testid="batch"][data-phase="done"]').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByTestId('archive').click();
  await page.getByText('No case begins by it any more; those that are open go on.').waitFor();
  await assert.rejects(staged('Hedge'), /definition-archived/);
  await page.getByTestId('archive').click();
  await page.getByText('No case begins by it any more; those that are open go on.').waitFor({ state: 'detached' });
  assert.deepEqual(await accessibility(page), []);
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna, dana), []);
});
