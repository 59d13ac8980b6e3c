// A claim with everything a field can be: entered, computed, needed when it must be, and changed where it stands.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, person } from '../support/people.mjs';
import { url } from '../support/platform.mjs';

const LARGE = 'total.amount > 1000';
const DEFINITION = {
  key: 'story-fields',
  name: 'Story of fields',
  caseNumberPrefix: 'FLD',
  stages: [{ id: 'intake', name: 'Intake' }],
  statuses: [
    { id: 'open', name: 'Open', kind: 'open' },
    { id: 'closed', name: 'Closed', kind: 'closed' },
  ],
  fields: [
    { key: 'expert', label: 'Expert', labels: { de: 'Gutachter' }, type: 'person' },
    { key: 'earlier', label: 'Earlier claim', type: 'reference' },
    { key: 'estimate', label: 'Estimate', type: 'money', currencies: ['EUR', 'JPY'], max: '5000' },
    { key: 'perils', label: 'Perils', type: 'multi-select', options: ['Fire', 'Water'] },
    { key: 'visit', label: 'Visit', type: 'datetime', zoned: true },
    { key: 'stay', label: 'Stay', type: 'duration' },
    {
      key: 'items',
      label: 'Items',
      type: 'table',
      columns: [
        { key: 'what', label: 'What', required: true },
        { key: 'worth', label: 'Worth', type: 'money', currencies: ['EUR'] },
      ],
    },
    {
      key: 'total',
      label: 'Total',
      type: 'computed',
      result: 'money',
      formula: '{amount: sum(for row in items return row.worth.amount), currency: "EUR"}',
    },
    { key: 'reason', label: 'Why so much', type: 'text', visibleWhen: LARGE, requiredWhen: LARGE },
  ],
  sections: [
    { title: 'Loss', fields: ['items', 'total', 'reason'] },
    { title: 'History', fields: ['earlier'], collapsed: true },
  ],
};

let browser;
let page;
before(async () => {
  await ask('root', 'PUT', `/case-definitions/${DEFINITION.key}`, DEFINITION);
  browser = await launch();
  ({ page } = await person(browser, 'anna'));
});
after(() => browser?.close());

// The label of what is needed has a mark behind it.
const field = (name) => page.getByLabel(new RegExp(`^${name}( ?\\*)?$`)).first();
const choose = async (name, option) => {
  await page.getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
};

test('C-07: a case is entered with people, money, rows and times; what is large asks why', async () => {
  await page.goto(`${url}/cases/new?definition=${DEFINITION.key}`);
  await page.getByTestId('case-new-title').fill('Flooded cellar');
  await choose('Expert', 'Ben Okafor');
  await field('Estimate').fill('1250.50');
  await choose('Perils', 'Water');
  await page.keyboard.press('Escape');
  await field('Visit').fill('2026-12-24T10:00');
  await field('Days').fill('2');
  await page.getByRole('button', { name: 'Add a row to Items' }).click();
  await field('What').fill('Washing machine');
  assert.equal(await page.getByLabel('Why so much').count(), 0);
  await field('Worth').fill('1200');
  await page.getByLabel('Why so much').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByLabel('Why so much').fill('It was new');
  await page.getByTestId('case-create').click();
  await page.getByTestId('case-title').waitFor();
  const { fields } = await caseNow(new URL(page.url()).pathname.split('/')[2]);
  assert.deepEqual(fields.expert, { id: 'ben', name: 'Ben Okafor' });
  assert.deepEqual(fields.estimate, { amount: '1250.50', currency: 'EUR' });
  assert.deepEqual(fields.total, { amount: '1200.00', currency: 'EUR' });
  assert.deepEqual([fields.perils, fields.stay, fields.reason], [['Water'], 'P2D', 'It was new']);
  assert.match(fields.visit, /^2026-12-24T10:00:00[+-]\d\d:\d\d\[.+\]$/);
});

test('C-07: a field is changed where it stands, and what is refused stays to be mended', async () => {
  await page.getByTestId('field-edit-estimate').click();
  await field('Estimate').fill('9000');
  await page.getByTestId('field-save').click();
  await page.getByText('at most 5000 is expected').waitFor();
  assert.equal(await field('Estimate').inputValue(), '9000');
  assert.deepEqual(await accessibility(page), []);
  await field('Estimate').fill('900');
  await page.getByTestId('field-save').click();
  await page.getByTestId('field-edit-estimate').waitFor();
  await page.getByRole('complementary', { name: 'Key data' }).getByText('€900.00').waitFor();
  const { fields } = await caseNow(new URL(page.url()).pathname.split('/')[2]);
  assert.deepEqual(fields.estimate, { amount: '900', currency: 'EUR' });
});

test('on a narrow screen nothing scrolls sideways', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  const number = new URL(page.url()).pathname.split('/')[2];
  await page.goto(`${url}/cases/${number}/fields`);
  await page.getByRole('group', { name: 'Items, row 1' }).waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  assert.deepEqual(await accessibility(page), []);
});
