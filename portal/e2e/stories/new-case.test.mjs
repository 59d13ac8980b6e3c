// Somebody calls: a case worker opens a case, by its fields or by a form.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, complaints, person } from '../support/people.mjs';
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

const created = async () => {
  await page.getByTestId('case-title').waitFor();
  return caseNow(new URL(page.url()).pathname.split('/')[2]);
};
const picture = { name: 'roof.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a', 'hex') };

test('C-07: every kind of field is entered, stored as what it is and shown in words', async () => {
  await page.goto(`${url}/cases/new?definition=story`);
  await page.getByTestId('case-new-title').fill('Roof');
  await page.getByLabel('Policy number').fill('HB-204118');
  await page.getByLabel('What happened').fill('A tile fell.\nThen another.');
  await page.getByLabel('Amount (EUR)').fill('1250.5');
  await page.getByLabel('Insured').check();
  await page.getByLabel('Day of the damage').fill('2026-11-21');
  await page.getByLabel('Visit').fill('2026-11-23T10:30');
  await page.getByRole('combobox', { name: 'Kind of damage' }).click();
  await page.getByRole('option', { name: 'Fire' }).click();
  await page.locator('input[type=file]').setInputFiles(picture);
  await page.getByRole('button', { name: 'Remove roof.png' }).waitFor();
  await page.getByLabel('Extra').fill('{"tiles": 2}');
  await page.getByTestId('case-new-requester').fill('Clara Weiss');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('case-create').click();
  const { fields, requester } = await created();
  const [{ fileId, name }] = fields.photos;
  assert.equal(name, 'roof.png');
  assert.equal((await ask('anna', 'GET', `/files/${fileId}`)).name, 'roof.png');
  assert.deepEqual(
    { ...fields, photos: undefined },
    {
      policy: 'HB-204118',
      story: 'A tile fell.\nThen another.',
      amount: 1250.5,
      insured: true,
      day: '2026-11-21',
      visit: '2026-11-23T09:30:00.000Z',
      damage: 'Fire',
      extra: { tiles: 2 },
      photos: undefined,
    },
  );
  assert.equal(requester.name, 'Clara Weiss');
  const data = page.getByRole('complementary', { name: 'Key data' });
  for (const told of ['HB-204118', '1,250.5', 'Yes', '21 Nov 2026', '23 Nov 2026, 10:30', 'Fire', 'roof.png'])
    await data.getByText(told).first().waitFor();
});

test('C-07: a mistake is told at its field; the next case begins empty, and its form is not built again while a title is typed', async () => {
  await page.goto(`${url}/cases/new?definition=claim`);
  await page.getByLabel('Policy number').fill('nonsense');
  await page.getByTestId('case-new-title').pressSequentially('Dented');
  await page.getByTestId('case-create').click();
  await page.getByTestId('form-errors').waitFor();
  await until('the keyboard at the mistakes', () =>
    page.evaluate(() => document.activeElement.closest('[data-testid="form-errors"]') !== null),
  );
  await page.locator('.fjs-form-field-error').first().waitFor();
  await page.getByLabel('Policy number').fill('HB-204118');
  await page.getByLabel('What happened').fill('Somebody drove into it.');
  await page.locator('.fjs-select-display').click();
  await page.locator('.fjs-dropdownlist-item', { hasText: 'Other' }).click();
  await page.evaluate(() => {
    document.querySelector('.fjs-form-field input').kept = true;
  });
  await page.getByTestId('case-new-title').press('End');
  await page.getByTestId('case-new-title').pressSequentially(' car');
  assert.equal(await page.evaluate(() => document.querySelector('.fjs-form-field input').kept), true);
  await page.getByTestId('case-create').click();
  assert.equal((await created()).title, 'Dented car');
  await page.goto(`${url}/cases/new?definition=claim`);
  await page.getByLabel('Policy number').waitFor();
  for (const label of ['Policy number', 'What happened']) assert.equal(await page.getByLabel(label).inputValue(), '');
  assert.equal(await page.getByTestId('case-new-title').inputValue(), '');
});

test('a file chosen in a form is uploaded and handed on as a reference', async () => {
  await page.goto(`${url}/cases/new?definition=story-form`);
  await page.locator('.fjs-form-field input[type=file]').setInputFiles(picture);
  await page.getByTestId('form-files').getByText('roof.png').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('case-new-title').fill('Garage');
  await page.getByTestId('case-create').click();
  const [file] = (await created()).fields.photos;
  assert.equal(file.name, 'roof.png');
  assert.equal((await ask('anna', 'GET', `/files/${file.fileId}`)).name, 'roof.png');
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna), []);
});
