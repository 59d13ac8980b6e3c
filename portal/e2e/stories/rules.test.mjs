// Rules of a case type: in words, what each did, a try of them; and where cases go by rules of the organisation.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, complaints, person } from '../support/people.mjs';
import { until } from '../support/platform.mjs';

const definition = {
  key: 'ruled',
  name: 'Ruled',
  caseNumberPrefix: 'RUL',
  stages: [
    { id: 'intake', name: 'Intake' },
    { id: 'decision', name: 'Decision' },
  ],
  statuses: [
    { id: 'open', name: 'Open', kind: 'open' },
    { id: 'closed', name: 'Closed', kind: 'closed' },
  ],
  fields: [{ key: 'amount', label: 'Amount', type: 'number' }],
  rules: [
    {
      id: 'large',
      name: 'Large amounts',
      on: 'field-changed',
      if: 'fields.amount > 500',
      then: [{ setStage: 'decision' }, { addLabel: 'large' }],
    },
    {
      id: 'late',
      name: 'Two days in a stage',
      on: { after: 'P2D', since: 'stage-entered' },
      then: [{ setPriority: 90 }],
    },
  ],
};

let browser;
let dana;
let ben;
before(async () => {
  await ask('root', 'PUT', '/case-definitions/ruled', definition);
  browser = await launch();
  dana = await person(browser, 'dana', '/definitions/ruled');
  ben = await person(browser, 'ben', '/routing');
});
after(() => browser?.close());

test('rules stand in words, tell what they did and why not, and are tried before they are published', async () => {
  const { page } = dana;
  const item = await ask('anna', 'POST', '/cases', { definition: 'ruled', title: 'Roof' });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { fields: { amount: 100 } });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { fields: { amount: 900 } });
  await until('the rule to be applied', async () => (await caseNow(item.id)).stage === 'decision');
  await page.getByTestId('rules-link').click();
  const large = page.locator('[data-testid="rule"][data-rule="large"]');
  await large.getByText('move it to stage “Decision”').waitFor();
  await page.locator('[data-rule="late"]').getByText('2 days after its stage was entered').waitFor();
  await page.getByRole('button', { name: 'What it did: Large amounts' }).click();
  await large.locator('[data-outcome="done"]').waitFor();
  await large.locator('[data-outcome="not-matched"]').waitFor();
  await large.getByRole('link', { name: item.number }).first().waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('button', { name: 'Try it: Large amounts' }).click();
  const rule = large.getByLabel('The rule, as it would be');
  await rule.fill(JSON.stringify({ ...definition.rules[0], if: 'fields.amount > 50', then: [{ assign: 'ghost' }] }));
  await large.getByTestId('start-dry-run').click();
  await large.getByRole('alert').getByText('there is no user `ghost`').waitFor();
  await rule.fill(JSON.stringify({ ...definition.rules[0], if: 'fields.amount > 50', then: [{ addLabel: 'tried' }] }));
  await large.getByTestId('start-dry-run').click();
  const result = large.getByTestId('dry-run-result');
  await result.getByText('1 case was looked at.').waitFor();
  await result.locator('[data-testid="rule-run"][data-outcome="done"]').nth(1).waitFor();
  assert.deepEqual(await accessibility(page), []);
  assert.ok(!(await caseNow(item.id)).labels.includes('tried'), 'nothing was done');
  const { items } = await ask('anna', 'GET', `/cases/${item.id}/timeline`);
  assert.ok(items.some(({ summary }) => summary === 'Rule Large amounts applied'));
  assert.deepEqual(complaints(dana), []);
});

test('rules of routing are changed, put in order by keys and by pulling, and tried on a case before they are saved', async () => {
  const { page } = ben;
  const before = await ask('ben', 'GET', '/routing');
  const item = await ask('anna', 'POST', '/cases', { definition: 'ruled', title: 'Roof', fields: { amount: 900 } });
  const add = async (key, name, when, priority) => {
    await page.getByTestId('new-rule').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Key').fill(key);
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Condition').fill(when);
    await dialog.getByLabel('Priority').fill(String(priority));
    assert.deepEqual(await accessibility(page), []);
    await dialog.getByTestId('keep-rule').click();
    await dialog.waitFor({ state: 'hidden' });
  };
  await add('of-all', 'All of them', 'case.definition = "ruled"', 10);
  await add('of-large', 'Large ones', 'case.definition = "ruled" and case.fields.amount > 500', 90);
  const order = async () =>
    (await page.getByTestId('routing-rule').evaluateAll((all) => all.map((one) => one.dataset.rule))).slice(-2);
  assert.deepEqual(await order(), ['of-all', 'of-large']);
  await page.getByLabel('Number of a case').fill(item.number);
  await page.getByTestId('try-routing').click();
  await page.getByTestId('routing-outcome').getByText('priority 10').waitFor();
  await page.getByRole('button', { name: 'Change rule Large ones' }).press('Alt+ArrowUp');
  assert.deepEqual(await order(), ['of-large', 'of-all']);
  await page.getByTestId('try-routing').click();
  await page.getByTestId('routing-outcome').getByText('Rule “Large ones” holds.').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByRole('button', { name: 'Move Large ones down' }).click();
  assert.deepEqual(await order(), ['of-all', 'of-large']);
  await page.locator('[data-rule="of-large"]').dragTo(page.locator('[data-rule="of-all"]'));
  assert.deepEqual(await order(), ['of-large', 'of-all']);
  await page.getByTestId('catch-all').waitFor();
  await page.getByTestId('save-routing').click();
  await until('the saved rules', async () => {
    const { rules } = await ask('ben', 'GET', '/routing');
    return rules.at(-2)?.id === 'of-large' && rules.at(-1)?.id === 'of-all';
  });
  await ask('ben', 'PUT', '/routing', before);
  assert.deepEqual(complaints(ben), []);
});
