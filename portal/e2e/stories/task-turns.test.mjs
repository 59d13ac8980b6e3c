// What becomes of a task besides being completed: the evidence beside its form, a colleague who is asked, an error that its process
// catches, its dates; and work that people begin by hand: a process with a form, activities of an ad-hoc subprocess.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, caseNow, complaints, openCase, person } from '../support/people.mjs';
import { basic, engine, until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

const WORK = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="turns-model" targetNamespace="https://stories.example">
  <error id="missing" errorCode="missing"/>
  <escalation id="late" escalationCode="late"/>
  <process id="story-turns" name="Turns" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="check"/>
    <userTask id="check" name="Check the invoice" camunda:formKey="story-turn"/>
    <sequenceFlow id="f2" sourceRef="check" targetRef="end"/><endEvent id="end"/>
    <boundaryEvent id="no-papers" name="Papers are missing" attachedToRef="check"><errorEventDefinition errorRef="missing"/></boundaryEvent>
    <sequenceFlow id="f3" sourceRef="no-papers" targetRef="request"/>
    <userTask id="request" name="Ask for the papers"/>
    <boundaryEvent id="takes-long" name="It takes long" attachedToRef="check" cancelActivity="false"><escalationEventDefinition escalationRef="late"/></boundaryEvent>
    <sequenceFlow id="f4" sourceRef="takes-long" targetRef="calm"/>
    <userTask id="calm" name="Calm the customer"/>
  </process>
</definitions>`;
const LOOK = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="look-model" targetNamespace="https://stories.example">
  <process id="story-look" name="Look into it" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="begin" camunda:formKey="story-look"/><sequenceFlow id="l1" sourceRef="begin" targetRef="look"/>
    <adHocSubProcess id="look" name="Look into it"><userTask id="call" name="Call the neighbour"/><userTask id="photo" name="Take photos"/></adHocSubProcess>
    <sequenceFlow id="l2" sourceRef="look" targetRef="done"/><endEvent id="done"/>
  </process>
</definitions>`;

async function deploy(name, model) {
  const body = new FormData();
  body.append('deployment-name', name);
  body.append('file', new Blob([model]), `${name}.bpmn`);
  await engine('POST', '/deployment/create', { body, authorization: basic('root', 'rita-demo-1') });
}

let browser;
let anna;
let ben;
before(async () => {
  await prepareStories();
  const form = (id, components) =>
    ask('root', 'PUT', `/forms/${id}`, { type: 'default', id, schemaVersion: 18, components });
  await form('story-turn', [
    { type: 'textfield', id: 'verdict', key: 'verdict', label: 'Verdict', validate: { required: true } },
    { type: 'textfield', id: 'note', key: 'note', label: 'Remark' },
  ]);
  await form('story-look', [
    { type: 'textfield', id: 'where', key: 'where', label: 'Where', validate: { required: true } },
  ]);
  await deploy('story-turns', WORK);
  await deploy('story-look', LOOK);
  await ask('root', 'PUT', '/case-definitions/story-turns', {
    key: 'story-turns',
    name: 'Story with turns',
    caseNumberPrefix: 'STT',
    stages: [{ id: 'intake', name: 'Intake' }],
    statuses: [
      { id: 'open', name: 'Open', kind: 'open' },
      { id: 'closed', name: 'Closed', kind: 'closed' },
    ],
    fields: [{ key: 'where', label: 'Where', type: 'string', required: false }],
    processes: [
      { key: 'story-turns', name: 'Turns', start: 'on-create' },
      { key: 'story-look', name: 'Look into it', start: 'manual' },
    ],
  });
  browser = await launch();
  anna = await person(browser, 'anna');
  ben = await person(browser, 'ben');
});
after(() => browser?.close());

const tasksOf = async (item) => (await ask('ben', 'GET', `/tasks?case=${item.id}`)).items;
async function taken(title) {
  const item = await openCase(title, { definition: 'story-turns', fields: { where: 'Hamburg' } });
  const task = await until('the task', async () => (await tasksOf(item))[0]);
  await ask('anna', 'POST', `/tasks/${task.id}/claim`);
  return { item, task };
}

test('documents and what was said stand beside the form; on a narrow screen they are tabs, and what was entered stays', async () => {
  const { item, task } = await taken('Beside');
  const { page } = anna;
  await page.goto(`${url}/tasks/${task.id}`);
  await page.getByLabel('Remark').fill('Read it first');
  const evidence = page.getByTestId('task-evidence');
  await evidence.getByText('Timeline', { exact: true }).click();
  await evidence.getByTestId('comment-text').fill('Looks odd to me');
  await evidence.getByTestId('comment-send').click();
  await evidence.getByText('Looks odd to me').first().waitFor();
  assert.equal(await page.getByLabel('Remark').inputValue(), 'Read it first');
  assert.equal(await page.getByTestId('tab-mail').count(), 0);
  assert.deepEqual(await accessibility(page), []);
  const { items } = await ask('anna', 'GET', `/cases/${item.id}/timeline?kinds=comment-added`);
  assert.equal(items[0].data.body ?? items[0].summary, 'Looks odd to me');

  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByTestId('tab-documents').click();
  await page.getByText('No documents yet').waitFor();
  assert.equal(await page.getByTestId('task-complete').isVisible(), false);
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('tab-form').click();
  assert.equal(await page.getByLabel('Remark').inputValue(), 'Read it first');
  await page.setViewportSize(size);
});

test('a colleague is asked, gives the task back with what they filled in, and it is completed by whose it is', async () => {
  const { item, task } = await taken('Asked');
  await anna.page.goto(`${url}/tasks/${task.id}`);
  await anna.page.getByTestId('task-turns').click();
  await anna.page.getByTestId('task-ask').click();
  await anna.page.getByTestId('ask-whom').click();
  await anna.page.getByRole('option', { name: 'Ben Okafor' }).click();
  await anna.page.getByTestId('ask-question').fill('Is this invoice right?');
  assert.deepEqual(await accessibility(anna.page), []);
  await anna.page.getByTestId('ask-send').click();
  await anna.page.getByTestId('task-owner').waitFor();
  await anna.page.goto(`${url}/tasks?show=delegated`);
  await anna.page.getByRole('link', { name: 'Check the invoice' }).first().waitFor();

  await ben.page.goto(`${url}/tasks/${task.id}`);
  await ben.page.getByLabel('Remark').fill('It is right');
  await ben.page.getByTestId('task-give-back').click();
  await until('the task with Anna', async () => (await ask('anna', 'GET', `/tasks/${task.id}`)).assignee === 'anna');

  await anna.page.goto(`${url}/tasks/${task.id}`);
  await until('what Ben wrote', async () => (await anna.page.getByLabel('Remark').inputValue()) === 'It is right');
  await anna.page.getByLabel('Verdict').fill('Pay');
  await anna.page.getByTestId('task-complete').click();
  await until('the end of it', async () => (await tasksOf(item)).length === 0);
  const told = async () => (await ask('anna', 'GET', `/cases/${item.id}/timeline`)).items;
  const by = (items, kind) => items.find((entry) => entry.kind === kind)?.actor.id;
  // The timeline is written behind the task.
  await until('the end of it in the timeline', async () => by(await told(), 'task-completed') !== undefined);
  const items = await told();
  assert.deepEqual([by(items, 'comment-added'), by(items, 'task-completed')], ['anna', 'anna']);
});

test('an escalation starts help beside the task; an error ends it and goes the way that the model draws', async () => {
  const { item, task } = await taken('Turned');
  const { page } = anna;
  await page.goto(`${url}/tasks/${task.id}`);
  await page.getByTestId('task-turns').click();
  await page.getByTestId('task-escalation').click();
  await page.getByTestId('throw-send').click();
  const names = async () => (await tasksOf(item)).map((each) => each.name).sort();
  await until('help', async () => (await names()).join() === 'Calm the customer,Check the invoice');
  await page.getByTestId('task-turns').click();
  await page.getByTestId('task-error').click();
  await page.getByTestId('throw-message').fill('The invoice never came');
  assert.deepEqual(await accessibility(page), []);
  await page.getByTestId('throw-send').click();
  await until('the other way', async () => (await names()).join() === 'Ask for the papers,Calm the customer');
  await until('another page', () => !page.url().endsWith(task.id));
});

test('R-02: the follow-up and the due date are set where they stand, and lists go by them', async () => {
  const { task } = await taken('Dated');
  const { page } = anna;
  await page.goto(`${url}/tasks/${task.id}`);
  const noon = new Date();
  noon.setHours(23, 58, 0, 0);
  const local = new Date(noon.getTime() - noon.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  await page.getByTestId('task-due').click();
  await page.getByTestId('task-due-input').fill(local);
  await page.getByRole('button', { name: 'Save' }).click();
  await until('the date', async () => (await ask('anna', 'GET', `/tasks/${task.id}`)).dueAt !== null);
  await page.getByTestId('task-follow-up').click();
  await page.getByTestId('task-follow-up-input').fill('2031-05-01T09:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await until('the other', async () => (await ask('anna', 'GET', `/tasks/${task.id}`)).followUpAt !== null);

  // The number of the first page is that of the list that it leads to.
  await page.goto(url);
  for (const name of ['part-today', 'figure-tasks']) {
    const figure = page.getByTestId(name);
    await figure.waitFor();
    const counted = Number(await figure.getAttribute('data-value'));
    await figure.click();
    await page.getByText(counted === 1 ? '1 task' : `${counted} tasks`, { exact: true }).waitFor();
    assert.deepEqual(await accessibility(page), []);
    await page.goBack();
  }
});

test('a supervisor hands several tasks over at once', async () => {
  const word = `Bulk${Date.now()}`;
  const { task: one } = await taken(`${word} one`);
  const { task: two } = await taken(`${word} two`);
  const { page } = ben;
  await page.goto(`${url}/tasks?show=all&search=${word}`);
  await until('both', async () => (await page.getByTestId('task-row').count()) === 2);
  for (const row of await page.getByTestId('task-row').all()) await row.getByRole('checkbox').click();
  await page.getByTestId('hand-many-open').click();
  await page.getByRole('option', { name: 'Ben Okafor' }).click();
  for (const { id } of [one, two])
    await until('them with Ben', async () => (await ask('ben', 'GET', `/tasks/${id}`)).assignee === 'ben');
});

test('a process starts with what its form asks for, and what is in its ad-hoc subprocess is begun by hand', async () => {
  const { item } = await taken('By hand');
  const { page } = anna;
  await page.goto(`${url}/cases/${item.number}/process`);
  await page.getByRole('button', { name: 'Look into it' }).click();
  const dialog = page.getByRole('dialog');
  const where = dialog.getByLabel('Where');
  assert.equal(await where.inputValue(), 'Hamburg');
  await where.fill('');
  await dialog.getByTestId('process-start').click();
  await dialog.getByTestId('form-errors').waitFor();
  await where.fill('Bremen');
  assert.deepEqual(await accessibility(page), []);
  await dialog.getByTestId('process-start').click();
  await page.locator('.mantine-SegmentedControl-label', { hasText: 'Look into it' }).click();
  await page.getByTestId('ad-hoc').getByRole('button', { name: 'Take photos' }).click();
  await until('the activity', async () => (await tasksOf(item)).some((task) => task.name === 'Take photos'));
  const look = (await caseNow(item.id)).processInstances.find((each) => each.definitionKey === 'story-look');
  const { variables } = await ask('anna', 'GET', `/process-instances/${look.id}`);
  assert.equal(variables.find(({ name }) => name === 'where')?.value, 'Bremen');
  assert.deepEqual(await accessibility(page), []);
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna, ben), []);
});
