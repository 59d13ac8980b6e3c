// What a case promises: each clock says in words how it stands (C-05).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';

const always = (id, name, more) => ({ id, name, calendar: 'always', startOn: 'created', stopOn: 'closed', ...more });
const DEFINITION = {
  key: 'story-promises',
  name: 'Story of promises',
  caseNumberPrefix: 'PRM',
  stages: [{ id: 'intake', name: 'Intake' }],
  statuses: [
    { id: 'open', name: 'Open', kind: 'open' },
    { id: 'waiting', name: 'Waiting', kind: 'paused' },
    { id: 'closed', name: 'Closed', kind: 'closed' },
  ],
  fields: [{ key: 'note', label: 'Note', type: 'string' }],
  slas: [
    always('answer', 'Answer', { target: 'P5D', atRisk: 0.9 }),
    always('visit', 'Visit', { target: 'P2D', atRisk: 0.9, pauseIn: ['waiting'] }),
    always('offer', 'Offer', { target: 'P1D', atRisk: 0.00001 }),
    always('call', 'Call', { target: 'PT1S' }),
    always('taken', 'Taken up', { target: 'P1D', stopOn: 'assigned' }),
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

test('C-05: a clock that runs, waits, is at risk, over or met says so in words', async () => {
  const item = await ask('anna', 'POST', '/cases', { definition: DEFINITION.key, title: 'Gutter' });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { assignee: 'anna' });
  await ask('anna', 'PATCH', `/cases/${item.id}`, { status: 'waiting' });
  const states = async () => Object.fromEntries((await caseNow(item.id)).slas.map(({ id, state }) => [id, state]));
  const wanted = { answer: 'running', visit: 'paused', offer: 'atRisk', call: 'breached', taken: 'met' };
  await until('each state', async () => JSON.stringify(await states()) === JSON.stringify(wanted));
  await page.goto(`${url}/cases/${item.number}/overview`);
  const words = { Answer: 'running', Visit: 'paused', Offer: 'at risk', Call: 'breached', 'Taken up': 'met' };
  for (const [name, state] of Object.entries(words))
    await page
      .locator('main .cw-visually-hidden')
      .filter({ hasText: new RegExp(`^${name}: .*\\(${state}\\)$`) })
      .first()
      .waitFor({ state: 'attached' });
  assert.deepEqual(await accessibility(page), []);
});

test('C-05: how urgent a case is stands in a word before its number, with what the number is made of', async () => {
  const item = await ask('anna', 'POST', '/cases', { definition: DEFINITION.key, title: 'Drain', priority: 90 });
  await until('a broken promise', async () => (await caseNow(item.id)).slas.some(({ state }) => state === 'breached'));
  const ben = await person(browser, 'ben', '/supervise/sla?sla=breached');
  const urgency = ben.page.getByTestId('promise-row').filter({ hasText: item.number }).getByTestId('urgency');
  await urgency.waitFor();
  assert.match(await urgency.innerText(), /^Very high · \d+/);
  const whole = /^Very high\. Urgency \d+ of 1,000: \d+ for its priority, \d+ for how its promises stand$/;
  assert.match(await urgency.locator('.cw-visually-hidden').textContent(), whole);
  await urgency.hover();
  await ben.page.getByRole('tooltip').filter({ hasText: 'for its priority' }).waitFor();
  assert.deepEqual(await accessibility(ben.page), []);
  await ben.context.close();
});
