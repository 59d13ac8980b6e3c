// The main job, as people do it: mail comes in over SMTP, a case worker finishes it in the browser, a developer changes the process.
// Nothing is mocked: the platform, the mail server that takes its mail, the browser and the external task client are the real ones.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { BasicAuthInterceptor, Client, Variables } from 'camunda-external-task-client-js';
import { accessibility, launch, shoot, signIn } from './support/browser.mjs';
import { basic, binary, deliver, deliverExample, engine, example, mailbox, until, url } from './support/platform.mjs';

const run = promisify(execFile);
let browser;
let anna;
let page;
const kitchen = {};

before(async () => {
  browser = await launch();
  anna = await signIn(browser, 'anna', 'anna-demo-1', '/cases');
  page = anna.page;
});

after(async () => {
  await browser?.close();
});

const caseRow = (title) => page.getByTestId('case-row').filter({ hasText: title });

test('mail that arrives becomes a case in the list without reloading', async () => {
  await page.evaluate(() => {
    globalThis.loadedOnce = true;
  });
  for (const name of [
    '01-plain-text',
    '02-html-inline-image',
    '03-pdf-attached',
    '05-koi8-r',
    '06-lawyer',
    '07-malformed',
  ]) {
    await deliverExample(name);
  }
  for (const title of [
    'Water damage in my kitchen',
    'Storm damage to the garage roof',
    'Theft of my bicycle',
    'Пожар в квартире',
  ]) {
    await caseRow(title).first().waitFor({ timeout: 60_000 });
  }
  assert.equal(await page.evaluate(() => globalThis.loadedOnce), true, 'the page was reloaded');
  await shoot(page, 'cases');
  assert.deepEqual(await accessibility(page), []);
});

test('the same message delivered again opens no second case', async () => {
  await deliverExample('01-plain-text');
  await deliverExample('04-answer');
  await page.goto(`${url}/cases`);
  await caseRow('Water damage in my kitchen').first().waitFor();
  assert.equal(await caseRow('Water damage in my kitchen').count(), 1);
});

test('a case has its own address and shows its mail thread', async () => {
  await caseRow('Water damage in my kitchen').first().getByRole('link').first().click();
  await page.getByTestId('case-title').waitFor();
  kitchen.path = new URL(page.url()).pathname;
  assert.match(kitchen.path, /^\/cases\/.+/);
  kitchen.number = (await page.locator('main').innerText()).match(/CLM-\d+/)[0];
  await shoot(page, 'case');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('tab-mail').click();
  await page.getByText('burst', { exact: false }).first().waitFor();
  await until('the answer in the same case', async () => (await page.getByTestId('mail-message').count()) === 2);
  await shoot(page, 'case-mail');
});

test('C-11: an attachment is previewed', async () => {
  await page.goto(`${url}/cases`);
  await caseRow('Theft of my bicycle').first().getByRole('link').first().click();
  await page.getByTestId('tab-documents').click();
  await page.getByText('police-report.pdf').first().waitFor();
  await page.getByTestId('document-open').first().click();
  await page.getByTestId('attachment-preview').locator('canvas').first().waitFor();
  await shoot(page, 'attachment-preview');
});

test('C-10: a mail in HTML shows its inline picture and none of its script', async () => {
  await page.goto(`${url}/cases`);
  await caseRow('Storm damage').first().getByRole('link').first().click();
  await page.getByTestId('tab-mail').click();
  const frame = page.frameLocator('iframe').first();
  await frame.getByText('tiles off my garage roof').waitFor();
  await until('the inline picture', () =>
    frame
      .locator('img')
      .first()
      .evaluate((image) => image.complete && image.naturalWidth > 0),
  );
  await shoot(page, 'mail-html');
});

test('a task is claimed, its form filled and completed; the stage changes', async () => {
  await page.goto(`${url}${kitchen.path}`);
  await page.getByTestId('tab-tasks').click();
  await page.getByRole('link', { name: 'Check papers' }).first().click();
  await page.getByTestId('task-claim').click();
  await page.getByLabel('Policy number').fill('wrong');
  await page.getByLabel('Amount claimed (EUR)').fill('1250.5');
  await shoot(page, 'task');
  await page.getByTestId('task-complete').click();
  await page
    .getByText(/match|pattern/i)
    .first()
    .waitFor();
  await page.getByLabel('Policy number').fill('HB-204118');
  // Leaving the field takes its error away, and what is below moves up.
  await page.getByLabel('Policy number').press('Tab');
  await page.locator('.fjs-form-field-error').waitFor({ state: 'hidden' });
  await page.getByLabel('The papers are complete').check();
  const completed = page.waitForResponse((answer) => answer.url().endsWith('/complete') && answer.status() < 300);
  await page.getByTestId('task-complete').click();
  await completed;
  await page.goto(`${url}${kitchen.path}`);
  await page.getByTestId('case-stage').filter({ hasText: 'Assessment' }).waitFor({ timeout: 30_000 });
});

test('the timeline shows every step and the diagram the live token', async () => {
  await page.getByTestId('timeline-item').first().waitFor();
  await page.getByLabel('Show everything').check();
  const kinds = await page.getByTestId('timeline-item').evaluateAll((items) => items.map((item) => item.dataset.kind));
  for (const kind of [
    'case-created',
    'mail-received',
    'process-started',
    'task-claimed',
    'task-completed',
    'stage-changed',
  ]) {
    assert.ok(kinds.includes(kind), `${kind} is not among ${kinds.join(', ')}`);
  }
  await shoot(page, 'case-timeline');
  await page.getByTestId('tab-process').click();
  await page.getByTestId('diagram').locator('.djs-container').waitFor();
  await page.getByTestId('diagram').getByText('Assess claim').first().waitFor();
  await page.locator('[data-testid="token"], .token-active').first().waitFor();
  await shoot(page, 'case-process');
});

test('C-09: an answer leaves by SMTP with fields that thread, and the reply to it lands in the same case', async () => {
  await page.goto(`${url}${kitchen.path}`);
  await page.getByTestId('tab-mail').click();
  await page.getByTestId('reply-text').fill('Dear Clara Weiss, a surveyor will visit you on Thursday.');
  await page.getByTestId('reply-send').click();
  const sent = await until('the mail at the customer', async () => {
    const messages = await mailbox('clara.weiss@customer.example');
    return messages.find((message) => message.text.includes('surveyor'));
  });
  assert.ok(sent.headers['in-reply-to'].includes('@customer.example'), sent.headers['in-reply-to']);
  assert.ok(sent.headers.references.includes('01.kitchen.4f1a@customer.example'), sent.headers.references);
  const replyTo = sent.headers['reply-to'].match(/<?([^<>\s]+@[^<>\s]+?)>?$/)[1];
  const answer = [
    'From: Clara Weiss <clara.weiss@customer.example>',
    `To: ${replyTo}`,
    `Subject: Re: ${sent.headers.subject}`,
    `In-Reply-To: ${sent.headers['message-id']}`,
    `Message-ID: <thursday.${Date.now()}@customer.example>`,
    'Date: Wed, 18 Nov 2026 09:00:00 +0100',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Thursday suits me well.',
    '',
  ].join('\r\n');
  await deliver(answer, { from: 'clara.weiss@customer.example', to: replyTo });
  await page.getByText('Thursday suits me well.').first().waitFor({ timeout: 60_000 });
  await shoot(page, 'case-mail-answered');
});

test('the assignee is told in the app and by mail', async () => {
  const ben = await signIn(browser, 'ben', 'ben-demo-1', kitchen.path);
  const id = await findCase(ben.seen.token, kitchen.number);
  const answer = await fetch(`${url}/api/v1/cases/${id}`, {
    method: 'PATCH',
    headers: { authorization: ben.seen.token, 'content-type': 'application/json' },
    body: JSON.stringify({ assignee: 'anna' }),
  });
  assert.equal(answer.status, 200, await answer.text());
  await until(
    'the bell',
    async () => Number(await page.getByTestId('notification-bell').getAttribute('data-unread')) > 0,
  );
  await page.goto(`${url}/inbox`);
  await page.getByText(kitchen.number).first().waitFor();
  await shoot(page, 'inbox');
  await until('the mail to the assignee', async () => {
    const messages = await mailbox('anna.meyer@harbor.example');
    return messages.find((message) => `${message.headers.subject}${message.text}`.includes(kitchen.number));
  });
  await ben.context.close();
});

async function findCase(token, number) {
  const answer = await fetch(`${url}/api/v1/cases?search=${number}`, { headers: { authorization: token } });
  const { items } = await answer.json();
  return items.find((item) => item.number === number).id;
}

test('when the last step fails for good the steps before it are compensated, and the case shows it', async () => {
  await page.goto(`${url}/cases?q=lawyer`);
  await caseRow('My lawyer will call you').first().getByRole('link').first().click();
  await page.getByTestId('case-title').waitFor();
  const kinds = await until('the compensation', async () => {
    const all = await page.getByTestId('timeline-item').evaluateAll((items) => items.map((item) => item.dataset.kind));
    return all.filter((kind) => kind === 'compensated').length === 3 ? all : null;
  });
  assert.ok(kinds.includes('case-created'));
  await shoot(page, 'case-compensated');
});

test('a malformed mail is kept, shown as undeliverable and can be processed again', async () => {
  const ben = await signIn(browser, 'ben', 'ben-demo-1', '/mails');
  await ben.page
    .getByRole('button', { name: /process again/i })
    .first()
    .waitFor();
  await shoot(ben.page, 'undeliverable');
  await ben.context.close();
});

test('a changed process is deployed from the command line, by the Modeler and from the portal; running instances keep their version', async () => {
  const source = await example('claim-handling.bpmn');
  const folder = await mkdtemp(join(tmpdir(), 'casewright-e2e-'));
  const changed = (name) => source.replace('name="Assess claim"', `name="${name}"`);
  const file = join(folder, 'claim-handling.bpmn');
  const first = await latest();
  await writeFile(file, changed('Assess claim (command line)'));
  const { stdout } = await run(binary, ['deploy', '--url', url, '--user', 'dana', '--password', 'dana-demo-1', file]);
  assert.match(stdout, new RegExp(`claim-handling version ${first.version + 1}`));
  await modeler(changed('Assess claim (Modeler, Basic)'), basic('dana', 'dana-demo-1'));
  const dana = await signIn(browser, 'dana', 'dana-demo-1', '/deploy');
  await modeler(changed('Assess claim (Modeler, Bearer)'), dana.seen.token);
  assert.equal((await latest()).version, first.version + 3);
  await writeFile(file, changed('Assess claim (portal)'));
  await dana.page.getByTestId('deploy-drop').locator('input[type="file"]').setInputFiles(file);
  const button = dana.page.getByTestId('deploy-start');
  if (await button.isVisible()) await button.click();
  await until('the fourth version', async () => (await latest()).version === first.version + 4);
  await shoot(dana.page, 'deploy');
  await writeFile(
    file,
    source
      .replace('bpmn:exclusiveGateway', 'bpmn:exclusiveGateaway')
      .replace('</bpmn:exclusiveGateway>', '</bpmn:exclusiveGateaway>'),
  );
  await assert.rejects(run(binary, ['deploy', '--url', url, '--user', 'dana', '--password', 'dana-demo-1', file]));
  assert.equal((await latest()).version, first.version + 4, 'a broken model was deployed');
  const running = await engine('GET', `/process-instance?processDefinitionId=${encodeURIComponent(first.id)}`);
  assert.ok(running.length > 0, 'no instance goes on with the first version');
  await dana.page.goto(`${url}/processes`);
  await dana.page.getByText('Claim handling').first().waitFor();
  await shoot(dana.page, 'processes');
  await dana.context.close();
});

async function latest() {
  return engine('GET', '/process-definition/key/claim-handling');
}

async function modeler(xml, authorization) {
  const form = new FormData();
  form.append('deployment-name', 'claim-handling');
  form.append('deployment-source', 'Camunda Modeler');
  form.append('enable-duplicate-filtering', 'true');
  form.append('claim-handling.bpmn', new Blob([xml]), 'claim-handling.bpmn');
  const answer = await engine('POST', '/deployment/create', { body: form, authorization });
  assert.ok(answer.deployedProcessDefinitions);
}

test('an unmodified camunda-external-task-client-js fetches and completes a task', async () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="https://casewright.example/e2e">
  <bpmn:process id="js-client" isExecutable="true" camunda:historyTimeToLive="P1D">
    <bpmn:startEvent id="start" /><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work" />
    <bpmn:serviceTask id="work" camunda:type="external" camunda:topic="e2e-work" /><bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>
</bpmn:definitions>`;
  const form = new FormData();
  form.append('deployment-name', 'js-client');
  form.append('js-client.bpmn', new Blob([xml]), 'js-client.bpmn');
  await engine('POST', '/deployment/create', { body: form });
  const started = await engine('POST', '/process-definition/key/js-client/start', {
    body: { variables: { n: { type: 'Integer', value: 20 } } },
  });
  const client = new Client({
    baseUrl: `${url}/engine-rest`,
    interceptors: new BasicAuthInterceptor({ username: 'dana', password: 'dana-demo-1' }),
    asyncResponseTimeout: 5_000,
    workerId: 'e2e',
  });
  await new Promise((resolve, reject) => {
    client.subscribe('e2e-work', async ({ task, taskService }) => {
      try {
        await taskService.complete(task, new Variables().set('twice', task.variables.get('n') * 2));
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
  client.stop();
  const ended = await until('the end of the instance', async () => {
    const instance = await engine('GET', `/history/process-instance/${started.id}`);
    return instance.state === 'COMPLETED' ? instance : null;
  });
  assert.equal(ended.state, 'COMPLETED');
  const [variable] = await engine(
    'GET',
    `/history/variable-instance?processInstanceId=${started.id}&variableName=twice`,
  );
  assert.equal(variable.value, 40);
});

test('no page logged an error', () => {
  const unexpected = anna.seen.errors.filter((text) => !/status of 422/.test(text));
  assert.deepEqual(unexpected, []);
});
