// Processes in the portal: starting one by hand, a broken model, and the diagram with its twin of words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, openCase, person } from '../support/people.mjs';
import { engine, example, until, url } from '../support/platform.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('a process that starts by hand is started from the case', async () => {
  const item = await openCase('Roof', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'storm', description: 'Tiles are off the roof.' },
  });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { stage: 'assessment' });
  const { page } = await person(browser, 'anna', `/cases/${item.number}/process`);
  await page.getByRole('button', { name: 'Site visit' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
  await page.locator('.mantine-SegmentedControl-label', { hasText: 'Site visit' }).waitFor();
  const { processInstances } = await caseNow(item.id);
  assert.deepEqual(processInstances.map((each) => each.definitionKey).sort(), ['claim-handling', 'site-visit']);
});

test('a broken model is refused with its line and element, and leaves no version behind', async () => {
  const { page } = await person(browser, 'dana', '/deploy');
  const newest = async () =>
    (await ask('dana', 'GET', '/process-definitions?latest=true')).items.find((each) => each.key === 'claim-handling');
  const { version } = await newest();
  const source = await example('claim-handling.bpmn');
  const drop = (text) =>
    page
      .getByTestId('deploy-drop')
      .locator('input')
      .setInputFiles({ name: 'claim-handling.bpmn', mimeType: 'application/xml', buffer: Buffer.from(text) });
  await drop(source.replace(/targetRef="[^"]+"/, 'targetRef="nowhere"'));
  await page.getByTestId('deploy-start').click();
  const refusal = page.getByTestId('diagnostics').locator('tbody tr').first();
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /\d+:\d+/);
  assert.deepEqual(await accessibility(page), []);
  assert.equal((await newest()).version, version);
  await drop(source.replace('name="Assess claim"', 'name="Assess the claim"'));
  await page.getByTestId('deploy-start').click();
  await page.getByTestId('deploy-done').waitFor();
  assert.equal((await newest()).version, version + 1);
});

test('the diagram of an instance has a twin of words, and both choose the same element', async () => {
  const item = await openCase('Shed', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'fire', description: 'The shed is burnt down.' },
  });
  const instance = await until('the process', async () => (await caseNow(item.id)).processInstances[0]?.id);
  const { page } = await person(browser, 'root', `/instances/${instance}`);
  await page.locator('[data-testid="diagram"][data-drawn="true"]').waitFor();
  await page.getByTestId('diagram-twin').click();
  await page.getByRole('button', { name: 'Check papers' }).click();
  await page.getByRole('heading', { name: 'Check papers' }).waitFor();
  assert.deepEqual(await accessibility(page), []);
});

test('the page of an instance leads to a case only where there is one and the reader may see it', async () => {
  const item = await openCase('Barn', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'fire', description: 'The barn is burnt down.' },
  });
  const own = await until('the process', async () => (await caseNow(item.id)).processInstances[0]?.id);
  // Instances that somebody began elsewhere, by a key of their own that looks like the number of a case.
  const begin = async (businessKey) =>
    (await engine('POST', '/process-definition/key/site-visit/start', { body: { businessKey } })).id;
  // A case that who develops processes may not see.
  const { version: _, ...claim } = await ask('root', 'GET', '/case-definitions/claim');
  const sealed = { ...claim, key: 'process-sealed', name: 'Sealed', caseNumberPrefix: 'PRS', rules: [] };
  await ask('root', 'PUT', '/case-definitions/process-sealed', { ...sealed, restrictedTo: ['supervisors'] });
  const { number: hidden } = await ask('ben', 'POST', '/cases', {
    definition: 'process-sealed',
    title: 'Few see it',
    fields: item.fields,
  });
  const { page } = await person(browser, 'dana', `/instances/${own}`);
  const link = page.getByRole('link', { name: 'Open case' });
  await link.waitFor();
  assert.match(await link.getAttribute('href'), new RegExp(`/cases/${item.number}/overview$`));
  for (const key of ['CLM-999999', `${item.number}0`, 'order 7']) {
    const instance = await begin(key);
    const asked = page.waitForResponse((answer) => answer.url().includes(`number=${key}`)).catch(() => undefined);
    await page.goto(`${url}/instances/${instance}`);
    await page.getByRole('heading', { level: 1, name: key }).waitFor();
    if (key !== 'order 7') await asked;
    await page.waitForLoadState('networkidle');
    assert.equal(await link.count(), 0, key);
  }
  const instance = await begin(hidden);
  await assert.rejects(() => ask('dana', 'GET', `/process-instances/${instance}`), /: 40[34] /);
  await page.goto(`${url}/instances/${instance}`);
  await page.getByRole('heading', { level: 1, name: 'Process instance' }).waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(await link.count(), 0, hidden);
});
