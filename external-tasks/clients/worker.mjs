// A worker as its author would write it for Camunda 7, on the unmodified client. It authenticates with HTTP Basic.

import { BasicAuthInterceptor, Client, Variables } from 'camunda-external-task-client-js';

const TEN_YEARS = 315_360_000_000;
const { CASEWRIGHT_URL, CASEWRIGHT_USER: username, CASEWRIGHT_PASSWORD: password } = process.env;

const client = new Client({
  baseUrl: `${CASEWRIGHT_URL}/engine-rest`,
  workerId: 'js',
  maxTasks: 1,
  maxParallelExecutions: 1,
  usePriority: true,
  lockDuration: 20_000,
  asyncResponseTimeout: 10_000,
  interval: 10,
  interceptors: new BasicAuthInterceptor({ username, password }),
});

client.on('poll:error', (error) => console.error('poll', error));
for (const call of ['complete', 'handleFailure', 'handleBpmnError', 'extendLock']) {
  client.on(`${call}:error`, (task, error) => console.error(call, task.topicName, error));
}

function expect(name, found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${name} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }
}

async function echo({ task, taskService }) {
  const { variables } = task;
  const note = variables.get('note');
  expect('text', variables.get('text'), 'grün & gut');
  expect('whole', variables.get('whole'), 41);
  expect('large', variables.get('large'), 4_200_000_000);
  expect('ratio', variables.get('ratio'), 2.5);
  expect('flag', variables.get('flag'), true);
  expect('day', new Date(variables.get('day')).toISOString(), '2026-11-21T12:00:00.000Z');
  expect('note', note, { a: [1, 2] });
  expect('nothing', variables.get('nothing'), null);
  const results = new Variables()
    .set('outText', `${variables.get('text')}!`)
    .set('outWhole', variables.get('whole') + 1)
    .setTyped('outLarge', { type: 'long', value: variables.get('large') + 1, valueInfo: {} })
    .setTyped('outRatio', { type: 'double', value: variables.get('ratio') * 2.5, valueInfo: {} })
    .set('outFlag', !variables.get('flag'))
    .set('outDay', new Date('2026-11-22T12:00:00.000Z'))
    .setTyped('outNote', { type: 'json', value: { ...note, b: true }, valueInfo: {} });
  await taskService.complete(task, results, new Variables().set('scratch', 'local'));
}

async function flaky({ task, taskService }) {
  if (task.variables.get('mended')) {
    await taskService.complete(task);
    return;
  }
  const retries = task.retries === null || task.retries === undefined ? 1 : task.retries - 1;
  await taskService.handleFailure(task, { errorMessage: 'no paper', errorDetails: 'tray 2 is empty', retries, retryTimeout: 0 });
}

async function reject({ task, taskService }) {
  await taskService.handleBpmnError(task, 'REJECTED', 'not for us', new Variables().set('reason', 'too heavy'));
}

async function slow({ task, taskService }) {
  if (task.variables.get('extended')) {
    await taskService.complete(task);
    return;
  }
  await taskService.extendLock(task, TEN_YEARS);
}

const rank = ({ task, taskService }) => taskService.complete(task);

for (const [topic, handle] of Object.entries({ echo, flaky, reject, slow, rank })) {
  client.subscribe(topic, async (work) => {
    try {
      await handle(work);
    } catch (error) {
      console.error(topic, error);
      const report = { errorMessage: String(error.message), errorDetails: String(error.stack), retries: 0, retryTimeout: 0 };
      await work.taskService.handleFailure(work.task, report);
    }
  });
}
