// The page of a process instance: what is chosen in the picture or in its table is what every panel is about, and what is broken is mended there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch, shoot } from '../support/browser.mjs';
import { deploy, model, start } from '../support/model.mjs';
import { ask, complaints, person } from '../support/people.mjs';
import { engine, until, url } from '../support/platform.mjs';

const LOCAL = `<extensionElements><camunda:inputOutput><camunda:inputParameter name="note">look twice</camunda:inputParameter></camunda:inputOutput></extensionElements>`;
const TIMER = '<timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition>';
const SCRIPT = '<script>if (amount &lt; 10) throw new Error("too little: " + amount);</script>';
const RULES = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="story-rules" name="rules" namespace="stories">
<decision id="story-level" name="Level" xmlns:camunda="http://camunda.org/schema/1.0/dmn" camunda:historyTimeToLive="30"><decisionTable id="table" hitPolicy="FIRST">
<input id="in" label="Amount"><inputExpression id="ex" typeRef="integer"><text>amount</text></inputExpression></input>
<output id="out" label="Level" name="level" typeRef="string"/>
<rule id="r1"><inputEntry id="i1"><text>&gt; 100</text></inputEntry><outputEntry id="o1"><text>"high"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="i2"><text>&lt;= 100</text></inputEntry><outputEntry id="o2"><text>"low"</text></outputEntry></rule>
</decisionTable></decision></definitions>`;

const WORK = model(
  'story-work',
  [
    [
      ['begin', 'startEvent'],
      ['fork', 'parallelGateway'],
      ['check', 'userTask', 'name="Check papers" camunda:assignee="ben"', LOCAL],
    ],
    [['compute', 'scriptTask', 'name="Compute" camunda:asyncBefore="true" scriptFormat="javascript"', SCRIPT]],
    [['print', 'serviceTask', 'name="Print" camunda:type="external" camunda:topic="story-print"']],
    [['wait', 'intermediateCatchEvent', 'name="A week"', TIMER]],
    [['paid', 'intermediateCatchEvent', 'name="Paid?"', '<messageEventDefinition messageRef="paid-message"/>']],
    [
      [
        'level',
        'businessRuleTask',
        'name="Level" camunda:decisionRef="story-level" camunda:resultVariable="level" camunda:mapDecisionResult="singleEntry"',
      ],
      ['call', 'callActivity', 'name="Ask" calledElement="story-steps"'],
    ],
  ],
  [
    ['begin', 'fork'],
    ...['check', 'compute', 'print', 'wait', 'paid', 'level'].map((to) => ['fork', to]),
    ['level', 'call'],
  ],
  { name: 'Story of work', messages: { 'paid-message': 'story-paid' } },
);
const steps = (first, second, more = '') =>
  model(
    'story-steps',
    [
      [
        ['begin', 'startEvent'],
        [first, 'userTask', `name="${first}" ${more}`],
        [second, 'userTask', `name="${second}"`],
      ],
    ],
    [
      ['begin', first],
      [first, second],
    ],
    { name: 'Story of steps' },
  );

let browser;
before(async () => {
  browser = await launch();
  await deploy('story-steps', { 'story-steps.bpmn': steps('First', 'Second') });
  await deploy('story-work', { 'story-work.bpmn': WORK, 'story-rules.dmn': RULES });
});
after(() => browser?.close());

const read = (instance, list) => ask('dana', 'GET', `/process-instances/${instance}/${list}`);
const items = async (instance, list) => (await read(instance, list)).items;
const work = async (amount = 5) => start('story-work', { amount: { value: amount, type: 'Integer' } });
const drawn = (page) => page.locator('[data-testid="diagram"][data-drawn="true"]').waitFor();
const toast = (page, text) => page.locator('.mantine-Notification-root', { hasText: text }).first().waitFor();
/** Opens the page of an instance with a panel open. */
const open = async (page, instance, panel) => {
  await page.goto(`${url}/instances/${instance}?panel=${panel}`);
  await page.getByTestId(`panel-${panel}`).waitFor();
};
/** What the process comes to with no more to do than its first wait states. */
const settledWork = (instance) =>
  until('the incident', async () => (await ask('dana', 'GET', `/process-instances/${instance}`)).incidents[0]);

test('D-01 D-03 D-04: the badges are those of the interface, and what is chosen in the picture or its table is what every panel is about', async () => {
  const instance = await work();
  await settledWork(instance);
  const dana = await person(browser, 'dana', `/instances/${instance}?panel=activities`);
  const { page } = dana;
  await drawn(page);
  const { activities } = await ask('dana', 'GET', `/process-instances/${instance}`);
  const of = (state) => activities.filter((each) => each.state === state).length;
  assert.equal(await page.getByTestId('token').count(), of('active'));
  assert.equal(await page.locator('.cw-count-danger').count(), of('incident'));
  assert.equal(await page.locator('.cw-count-success').count(), of('completed'));

  // In the picture.
  await page.locator('[data-element-id="check"] .djs-hit').first().click();
  await page.waitForURL((at) => at.searchParams.get('element') === 'check');
  await page.getByRole('heading', { level: 2, name: 'Check papers' }).waitFor();
  const rows = page.getByTestId('activity-row');
  await until('one row', async () => (await rows.count()) === 1);
  assert.match(await page.getByTestId('tab-variables').innerText(), /^Variables\s*1$/);
  await page.getByTestId('tab-variables').click();
  await page.getByTestId('variable-note').waitFor();
  assert.equal(await page.getByTestId('variable-amount').count(), 0);
  await page.getByTestId('tab-jobs').click();
  await page.getByTestId('panel-empty').waitFor();

  // The address is the state: it is the same after a reload.
  await page.reload();
  await page.getByTestId('chosen-element').waitFor();
  await page.getByTestId('panel-jobs').getByTestId('panel-empty').waitFor();

  // In its table, by the keyboard, without the picture.
  await page.getByTestId('diagram-twin').click();
  const twin = page.getByRole('region', { name: /^Elements of/ });
  await twin.getByRole('button', { name: 'A week' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL((at) => at.searchParams.get('element') === 'wait');
  await page.getByTestId('job-row').waitFor();
  assert.equal(await page.getByTestId('job-row').count(), 1);
  // In a list.
  await page.getByTestId('show-everything').click();
  await until('both jobs', async () => (await page.getByTestId('job-row').count()) === 2);
  await page.getByTestId('job-row').getByRole('button', { name: 'Compute' }).click();
  await page.waitForURL((at) => at.searchParams.get('element') === 'compute');
  assert.deepEqual(await accessibility(page), []);
  assert.deepEqual(complaints(dana), []);
});

test('D-02: what happens elsewhere shows in the picture at once', async () => {
  const instance = await work(50);
  const { page } = await person(browser, 'dana', `/instances/${instance}`);
  await drawn(page);
  const before = await page.getByTestId('token').count();
  const [{ id: task }] = await items(instance, 'user-tasks?elementId=check');
  await engine('POST', `/task/${task}/complete`, { body: {} });
  await until('the token is gone', async () => (await page.getByTestId('token').count()) === before - 1, 2_000);
});

test('D-12: the mark of bpmn.io is seen on the pages of a process and of an instance, wide and narrow, also while a modification is planned', async () => {
  const instance = await start('story-steps');
  const { page } = await person(browser, 'dana', `/instances/${instance}?element=First`);
  const isSeen = async (where) => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await drawn(page);
      const mark = page.locator('.bjs-powered-by');
      await mark.scrollIntoViewIfNeeded();
      const isOnTop = await mark.evaluate((link) => {
        const { x, y, width: w, height: h } = link.getBoundingClientRect();
        return w > 40 && h > 15 && link.contains(document.elementFromPoint(x + w / 2, y + h / 2));
      });
      assert.ok(isOnTop, `${where}: covered at ${width}`);
    }
  };
  await isSeen('instance');
  await page.getByTestId('instance-actions').click();
  await page.getByRole('menuitem', { name: 'Modify' }).click();
  await page.getByTestId('modify-before').click();
  await isSeen('modification');
  const { definitionId } = await ask('dana', 'GET', `/process-instances/${instance}`);
  await page.goto(`${url}/processes/${definitionId}`);
  await isSeen('process');
});

test('a variable is added, changed and removed, what is no value is refused, and its history says who', async () => {
  const instance = await work();
  await settledWork(instance);
  const { page } = await person(browser, 'dana', `/instances/${instance}?panel=variables`);
  await page.getByTestId('variable-amount').waitFor();
  await page.getByTestId('variable-add').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByTestId('variable-name').fill('limit');
  await dialog.getByTestId('variable-type').click();
  await dialog.getByRole('option', { name: 'Integer' }).click();
  await dialog.getByTestId('variable-value').fill('many');
  await dialog.getByTestId('variable-save').click();
  await dialog.getByText('Enter a whole number').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await shoot(page, 'instance-variable-dialog');
  await dialog.getByTestId('variable-value').fill('12');
  await dialog.getByTestId('variable-save').click();
  await page.getByTestId('variable-limit').waitFor();
  const limit = await read(instance, 'variables/limit');
  assert.deepEqual([limit.type, limit.value], ['Integer', 12]);

  const choose = async (name, entry) => {
    await page.getByTestId(`variable-${name}`).getByTestId('variable-menu').click();
    await page.getByRole('menuitem', { name: entry }).click();
  };
  await choose('limit', 'Edit');
  await dialog.getByTestId('variable-value').fill('13');
  await dialog.getByTestId('variable-save').click();
  await page.getByTestId('variable-limit').getByText('13').waitFor();
  await choose('limit', 'History');
  const first = page.getByTestId('variable-history').locator('tbody tr').first();
  await first.waitFor();
  assert.match((await first.innerText()).replaceAll(/\s+/g, ' '), /Dana Silva 12 13$/);
  assert.deepEqual(await accessibility(page), []);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await choose('limit', 'Remove');
  await page.getByTestId('confirm').click();
  await page.getByTestId('variable-limit').waitFor({ state: 'detached' });
  await assert.rejects(() => read(instance, 'variables/limit'), /: 404 /);

  // What is large is fetched when it is wanted.
  const large = { rows: Array.from({ length: 200 }, (_, nth) => `row ${nth}`) };
  await ask('dana', 'PUT', `/process-instances/${instance}/variables/large`, { type: 'Json', value: large });
  const row = page.getByTestId('variable-large');
  await row.waitFor();
  assert.ok(!(await row.innerText()).includes('row 199'));
  await row.getByTestId('variable-open').click();
  await row.getByText('row 199').waitFor();
  assert.deepEqual(await accessibility(page), []);
});

test('who may only look is offered no change, and refused one', async () => {
  const instance = await work();
  await settledWork(instance);
  const { page } = await person(browser, 'anna', `/instances/${instance}?panel=variables`);
  await page.getByTestId('variable-amount').waitFor();
  assert.equal(await page.getByTestId('variable-add').count(), 0);
  assert.equal(await page.getByTestId('instance-actions').count(), 0);
  for (const [panel, row, control] of [
    ['jobs', 'job-row', 'job-execute'],
    ['external-tasks', 'external-task-row', 'external-task-menu'],
    ['subscriptions', 'subscription-row', 'correlate'],
    ['incidents', 'incident-row', 'incident-retry'],
  ]) {
    await page.getByTestId(`tab-${panel}`).click();
    await page.getByTestId(row).first().waitFor();
    assert.equal(await page.getByTestId(control).count(), 0, panel);
  }
  const set = () => ask('anna', 'PUT', `/process-instances/${instance}/variables/amount`, { value: 1 });
  await assert.rejects(set, /: 403 /);
});

test('D-05: an incident says why, its cause is mended, and it is resolved', async () => {
  const instance = await work();
  await settledWork(instance);
  const { page } = await person(browser, 'dana', `/instances/${instance}`);
  const incident = page.getByTestId('incident-row');
  await incident.waitFor();
  await incident.getByTestId('failure-open').click();
  assert.match(await page.getByTestId('failure-details').innerText(), /too little: 5/);
  assert.deepEqual(await accessibility(page), []);
  await shoot(page, 'instance-incident');
  await page.getByTestId('tab-variables').click();
  await page.getByTestId('variable-amount').getByTestId('variable-menu').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByTestId('variable-value').fill('500');
  await page.getByTestId('variable-save').click();
  await page.getByTestId('variable-amount').getByText('500').waitFor();
  await page.getByTestId('tab-incidents').click();
  await page.getByTestId('incident-retry').click();
  await page.getByTestId('panel-incidents').getByTestId('panel-empty').waitFor();
  assert.deepEqual((await ask('dana', 'GET', `/process-instances/${instance}`)).incidents, []);
});

test('timers are moved, suspended and fired, workers are helped, and a message arrives with what it brings', async () => {
  const instance = await work();
  await settledWork(instance);
  const { page } = await person(browser, 'dana', `/instances/${instance}?panel=jobs&element=wait`);
  const job = page.getByTestId('job-row');
  await job.waitFor();
  const choose = async (name) => {
    await job.getByTestId('job-menu').click();
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Suspend');
  await job.getByText('Suspended').waitFor();
  await choose('Resume');
  await job.getByText('Suspended').waitFor({ state: 'detached' });
  await choose('Move to another time');
  await page.getByTestId('job-due').fill('2031-05-04T10:00');
  await page.getByTestId('job-due-save').click();
  await toast(page, 'It is due');
  const [{ dueAt }] = await items(instance, 'jobs?elementId=wait');
  assert.equal(dueAt, '2031-05-04T08:00:00.000Z');
  await choose('Set the tries');
  await page.getByTestId('retries').fill('7');
  await page.getByTestId('retries-save').click();
  await job.getByText('7', { exact: true }).waitFor();
  assert.deepEqual(await accessibility(page), []);
  await shoot(page, 'instance-jobs');
  await job.getByTestId('job-execute').click();
  await page.getByTestId('panel-empty').waitFor();
  assert.deepEqual(await items(instance, 'jobs?elementId=wait'), []);

  const [task] = await items(instance, 'external-tasks');
  await engine('POST', `/external-task/${task.id}/lock`, { body: { workerId: 'printer-7', lockDuration: 600_000 } });
  await engine('POST', `/external-task/${task.id}/failure`, {
    body: {
      workerId: 'printer-7',
      errorMessage: 'out of paper',
      errorDetails: 'tray 2\n  at Printer.print',
      retries: 0,
    },
  });
  await open(page, instance, 'external-tasks');
  const row = page.getByTestId('external-task-row');
  await row.getByText('out of paper').waitFor();
  await row.getByTestId('failure-open').click();
  assert.match(await page.getByTestId('failure-details').innerText(), /at Printer.print/);
  await row.getByTestId('external-task-retry').click();
  await toast(page, '1 try is left');
  await engine('POST', `/external-task/${task.id}/lock`, { body: { workerId: 'printer-8', lockDuration: 600_000 } });
  await page.reload();
  await row
    .getByText(/printer-8, until/)
    .locator('visible=true')
    .waitFor();
  assert.deepEqual(await accessibility(page), []);
  await row.getByTestId('external-task-menu').click();
  await page.getByRole('menuitem', { name: 'Unlock' }).click();
  await until('it is free', async () => (await items(instance, 'external-tasks'))[0].worker === null);

  await open(page, instance, 'subscriptions');
  await page.getByTestId('correlate').click();
  await page.getByTestId('draft-add').click();
  await page.getByTestId('draft-name').fill('receipt');
  await page.getByTestId('variable-value').fill('R-77');
  assert.deepEqual(await accessibility(page), []);
  await shoot(page, 'instance-message');
  await page.getByTestId('correlate-send').click();
  await page.getByTestId('panel-empty').waitFor();
  assert.equal((await read(instance, 'variables/receipt')).value, 'R-77');
});

test('tasks lead to their pages, calls to theirs and back, and a decision says which rule hit and why others did not', async () => {
  const instance = await work();
  await settledWork(instance);
  const { page } = await person(browser, 'dana', `/instances/${instance}?panel=tasks`);
  const [task] = await items(instance, 'user-tasks');
  const link = page.getByTestId('user-task-row').getByRole('link');
  assert.match(await link.getAttribute('href'), new RegExp(`/tasks/${task.id}$`));
  await page.getByTestId('tab-decisions').click();
  await page.getByTestId('decision-why').click();
  const reasons = await page.getByTestId('decision-reasons').innerText();
  assert.match(reasons, /Rule 1: “Amount” did not fit/);
  assert.match(reasons, /Rule 2 hit/);
  assert.deepEqual(await accessibility(page), []);
  await shoot(page, 'instance-decision');
  await page.getByTestId('tab-calls').click();
  await page.getByTestId('called-instance').getByRole('link', { name: 'Story of steps' }).click();
  await page.getByRole('heading', { level: 1, name: 'Story of steps' }).waitFor();
  await page.getByRole('region', { name: 'Run' }).getByRole('link', { name: 'Story of work' }).click();
  await page.waitForURL(new RegExp(instance));
});

test('an instance is suspended, goes on, is cancelled with a reason and starts again', async () => {
  const instance = await start('story-steps', { colour: { value: 'red', type: 'String' } }, 'again 1');
  const { page } = await person(browser, 'dana', `/instances/${instance}`);
  const choose = async (name) => {
    await page.getByTestId('instance-actions').click();
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Suspend');
  await until(
    'it is suspended',
    async () => (await ask('dana', 'GET', `/process-instances/${instance}`)).state === 'suspended',
  );
  await page.locator('.cw-badge', { hasText: 'Suspended' }).waitFor();
  await choose('Resume');
  await page.locator('.cw-badge', { hasText: 'Running' }).first().waitFor();
  await choose('Cancel the instance');
  await page.getByTestId('cancel-confirm').click();
  await page.getByText('Say why', { exact: true }).waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('cancel-reason').fill('Sent twice');
  await page.getByTestId('cancel-confirm').click();
  await page.getByText('Sent twice').waitFor();
  await choose('Start again');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('restart-confirm').click();
  await page.waitForURL((at) => at.pathname.startsWith('/instances/') && !at.pathname.endsWith(instance));
  const again = new URL(page.url()).pathname.split('/').at(-1);
  const told = await ask('dana', 'GET', `/process-instances/${again}`);
  assert.deepEqual([told.businessKey, told.restartedFrom, told.variables[0].value], ['again 1', instance, 'red']);
  await page.getByRole('link', { name: 'an ended instance' }).waitFor();
});

test('D-06: a modification is planned on the picture and told in words; discarded it leaves nothing, applied it is what was planned', async () => {
  const instance = await start('story-steps');
  const { page } = await person(browser, 'dana', `/instances/${instance}?element=First`);
  await drawn(page);
  const begin = async () => {
    await page.getByTestId('instance-actions').click();
    await page.getByRole('menuitem', { name: 'Modify' }).click();
    await page.getByTestId('modify').waitFor();
  };
  const at = async () => (await items(instance, 'user-tasks')).map((task) => task.elementId).sort();
  await begin();
  await page.getByTestId('modify-cancel').click();
  await page.locator('[data-element-id="Second"] .djs-hit').first().click();
  await page.getByTestId('modify-before').click();
  await page.getByTestId('modify-before').click();
  assert.deepEqual((await page.getByTestId('planned').allInnerTexts()).sort(), ['+ 2', '×']);
  assert.deepEqual(
    (await page.getByTestId('modify-plan').locator('li').allInnerTexts()).map((text) => text.trim()),
    ['Cancel what is at “First”', 'Start before “Second”', 'Start before “Second”'],
  );
  assert.deepEqual(await accessibility(page), []);
  await shoot(page, 'instance-modify');
  // The table says it too.
  await page.getByTestId('diagram-twin').click();
  await page.getByText('2 planned starts').waitFor();
  await page.getByTestId('modify-discard').click();
  assert.equal(await page.getByText('2 planned starts').count(), 0);
  assert.deepEqual(await at(), ['First']);

  await begin();
  await page.getByRole('button', { name: 'First', exact: true }).click();
  await page.getByTestId('modify-move').click();
  await page.getByRole('option', { name: 'Second' }).click();
  await page.getByText('Move from “First” to before “Second”').waitFor();
  await page.getByTestId('modify-apply').click();
  await toast(page, 'The instance was modified');
  await until('it has moved', async () => (await at()).join() === 'Second');
});

test('D-07: a migration is proposed, what is left out blocks it, and the instance goes on by the other version', async () => {
  const key = 'story-moves';
  const version = (first) => steps(first, 'Second').replaceAll('story-steps', key);
  await deploy(`${key}-1`, { 'moves.bpmn': version('First') });
  const instance = await start(key);
  await deploy(`${key}-2`, { 'moves.bpmn': version('Beginning') });
  const { page } = await person(browser, 'dana', `/instances/${instance}`);
  await page.getByTestId('instance-actions').click();
  await page.getByRole('menuitem', { name: 'Move to another version' }).click();
  await page.getByTestId('migrate-missing').waitFor();
  assert.ok(await page.getByTestId('migrate-apply').isDisabled());
  assert.deepEqual(await accessibility(page), []);
  await shoot(page, 'instance-migrate');
  const choose = async (name) => {
    await page.getByTestId('mapping-First').locator('input').first().click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await page.getByTestId('migrate-all').click({ force: true });
  await page.getByTestId('mapping-Second').waitFor();
  await choose('Begin');
  await page.getByTestId('migrate-apply').click();
  await page
    .getByTestId('mapping-First')
    .getByText(/do not go on as each other/)
    .waitFor();
  await choose('Beginning');
  assert.match(await page.getByTestId('migrate-summary').innerText(), /1 token goes on\./);
  await page.getByTestId('migrate-apply').click();
  await toast(page, 'The instance goes on by the other version');
  const told = await ask('dana', 'GET', `/process-instances/${instance}`);
  const [newest] = (await ask('dana', 'GET', `/process-definitions?key=${key}&latest=true`)).items;
  assert.equal(told.definitionId, newest.id);
  assert.deepEqual(
    (await items(instance, 'user-tasks')).map((task) => task.elementId),
    ['Beginning'],
  );
});

test('the page is of use on a narrow screen and in the dark', async () => {
  const instance = await work();
  await settledWork(instance);
  const { page } = await person(browser, 'dana', `/instances/${instance}?panel=variables`);
  await page.getByTestId('variable-amount').waitFor();
  await drawn(page);
  await shoot(page, 'instance-wide');
  await page.setViewportSize({ width: 390, height: 844 });
  for (const panel of ['variables', 'activities', 'jobs', 'external-tasks', 'subscriptions', 'incidents']) {
    await open(page, instance, panel);
    await page.getByTestId(`panel-${panel}`).locator('tbody tr').first().waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(overflow <= 0, `${panel} scrolls sideways by ${overflow}`);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      assert.deepEqual(await accessibility(page), [], `${panel} ${colorScheme}`);
    }
    await shoot(page, `instance-narrow-${panel}`);
  }
});
