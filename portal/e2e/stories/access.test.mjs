// why may somebody do something. What the page says is held against what the very request of that person is answered.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch, shoot } from '../support/browser.mjs';
import { ask, complaints, person } from '../support/people.mjs';
import { basic, until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

const PASSWORDS = { anna: 'anna-demo-1', ben: 'ben-demo-1', dana: 'dana-demo-1' };
let browser;
let root;
let things;

/** What the platform answers `user`; nothing that passes changes anything. */
async function answered(user, method, path, body) {
  const headers = { authorization: basic(user, PASSWORDS[user]), 'if-match': '"999999"' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  await answer.arrayBuffer();
  return answer.status;
}

const first = (path, wanted = () => true) =>
  until(path, async () => (await ask('root', 'GET', path)).items.find(wanted));

/** A claim, open to all who work with cases, and one that is restricted to a group that anna is not in. */
async function prepare() {
  const claim = await ask('anna', 'GET', '/case-definitions/claim');
  const { version: _, ...definition } = claim;
  const sealed = { ...definition, key: 'access-sealed', name: 'Sealed', caseNumberPrefix: 'ACS' };
  await ask('root', 'PUT', '/case-definitions/access-sealed', { ...sealed, restrictedTo: ['supervisors'], rules: [] });
  const fields = { description: 'Water in the cellar', policyNumber: 'HB-204118', damage: 'water' };
  const open = await ask('anna', 'POST', '/cases', { definition: 'claim', title: 'Everybody sees it', fields });
  const hidden = await ask('ben', 'POST', '/cases', { definition: 'access-sealed', title: 'Few see it', fields });
  const task = await first(`/tasks?case=${open.id}`, (each) => each.source === 'process');
  const hiddenTask = await first(`/tasks?case=${hidden.id}`, (each) => each.source === 'process');
  const announced = await ask('ben', 'POST', '/files', { name: 'draft.txt', contentType: 'text/plain', size: 5 });
  await fetch(announced.upload.url, { method: 'PUT', body: 'draft' });
  await ask('ben', 'POST', `/files/${announced.id}/complete`, {});
  await ask('anna', 'POST', `/tasks/${task.id}/claim`, {});
  return { open, hidden, task, hiddenTask, file: announced, definition };
}

before(async () => {
  await prepareStories();
  things = await prepare();
  browser = await launch();
  root = await person(browser, 'root');
});
after(() => browser?.close());

/** Person, action, thing; and the request that it is about. */
function samples() {
  const { open, hidden, task, hiddenTask, file, definition } = things;
  const of = (user, action, id, method, path, body) => ({ user, action, id, method, path, body });
  const tasks = (one, what) => `/tasks/${one.id}${what}`;
  return [
    of('anna', 'case:read', open.number, 'GET', `/cases/${open.number}`),
    of('anna', 'case:read', hidden.number, 'GET', `/cases/${hidden.number}`),
    of('ben', 'case:read', hidden.number, 'GET', `/cases/${hidden.number}`),
    of('dana', 'case:read', open.id, 'GET', `/cases/${open.id}`),
    of('dana', 'case:read', hidden.id, 'GET', `/cases/${hidden.id}`),
    of('anna', 'case:update', open.number, 'PATCH', `/cases/${open.id}`, { title: 'x' }),
    of('dana', 'case:update', open.number, 'PATCH', `/cases/${open.id}`, { title: 'x' }),
    of('anna', 'case:update', hidden.number, 'PATCH', `/cases/${hidden.id}`, { title: 'x' }),
    of('anna', 'case:hold', open.number, 'POST', `/cases/${open.id}/holds`, { reason: '' }),
    of('ben', 'case:hold', open.number, 'POST', `/cases/${open.id}/holds`, { reason: '' }),
    of('anna', 'task:read', task.id, 'GET', tasks(task, '')),
    of('anna', 'task:read', hiddenTask.id, 'GET', tasks(hiddenTask, '')),
    of('dana', 'task:claim', task.id, 'POST', tasks(task, '/claim'), {}),
    of('anna', 'task:delegate', task.id, 'POST', tasks(task, '/delegate'), { to: 'nobody-at-all' }),
    of('dana', 'task:complete', task.id, 'POST', tasks(task, '/complete'), { data: {} }),
    of('ben', 'file:read', file.id, 'GET', `/files/${file.id}`),
    of('anna', 'file:read', file.id, 'GET', `/files/${file.id}`),
    of('anna', 'file:delete', file.id, 'DELETE', `/files/${file.id}`),
    of('anna', 'process-instance:read', task.processInstanceId, 'GET', `/process-instances/${task.processInstanceId}`),
    of(
      'anna',
      'process-instance:read',
      hiddenTask.processInstanceId,
      'GET',
      `/process-instances/${hiddenTask.processInstanceId}`,
    ),
    of('anna', 'user:update', undefined, 'GET', '/accounts'),
    of('dana', 'case-definition:update', undefined, 'PUT', '/case-definitions/claim', definition),
    of('anna', 'case-definition:update', undefined, 'PUT', '/case-definitions/claim', definition),
    of('ben', 'queue:read', undefined, 'GET', '/queues'),
  ];
}

test('R-04: what the page says of somebody is what their own request is answered', async () => {
  const { page } = root;
  const verdicts = { yes: 0, no: 0 };
  for (const { user, action, id, method, path, body } of samples()) {
    const search = new URLSearchParams({ user, action, ...(id === undefined ? {} : { id }) });
    await page.goto(`${url}/access?${search}`);
    const answer = page.getByTestId('access-answer');
    await answer.waitFor();
    const isAllowed = (await answer.getAttribute('data-allowed')) === 'true';
    const status = await answered(user, method, path, body);
    const label = `${user} ${action} ${id ?? ''}: ${status}`;
    assert.equal(isAllowed, ![401, 403, 404].includes(status), label);
    assert.ok((await page.getByTestId('access-reason').count()) > 0, `${label} has a reason`);
    if (!isAllowed) await answer.getByText(`answered with ${status}`, { exact: false }).waitFor();
    verdicts[isAllowed ? 'yes' : 'no'] += 1;
  }
  assert.ok(verdicts.yes >= 8 && verdicts.no >= 8, JSON.stringify(verdicts));
});

test('R-04: the question is asked from a person’s row, and answered in sentences', async () => {
  const { page } = root;
  await page.goto(`${url}/users`);
  await page.getByTestId('user-row').filter({ hasText: 'Anna Meyer' }).getByTestId('user-rights').click();
  await page.waitForURL((at) => at.pathname === '/access' && at.searchParams.get('user') === 'anna');
  await page.getByTestId('access-action').fill('case:read');
  await page.getByRole('option', { name: 'See cases' }).click();
  await page.getByTestId('access-answer').getByText('Yes: Anna Meyer may do this: “See cases”.').waitFor();
  await page.getByTestId('access-thing').fill(things.hidden.number);
  const answer = page.getByTestId('access-answer');
  await answer.getByText('No: Anna Meyer may not do this: “See cases”.').waitFor();
  await answer.getByText(`It is about ${things.hidden.number}.`).waitFor();
  await answer.getByText('restricted to supervisors', { exact: false }).first().waitFor();
  assert.match(await page.getByTestId('access-roles').innerText(), /Supervisor.*supervisor/);
  // A name first, the key of policies after it, wherever one is shown.
  const said = await answer.innerText();
  assert.ok(said.indexOf('See cases') < said.indexOf('case:read'), said);
  assert.equal(new URL(page.url()).searchParams.get('id'), things.hidden.number);
  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    assert.deepEqual(await accessibility(page), [], `${scheme} ${width}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${width}: ${overflow} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await shoot(page, 'access');
  await page.getByTestId('access-thing').fill('ACS-999999');
  await page.getByTestId('access-unseen').waitFor();
});

test('R-04: nobody else finds the page', async () => {
  const anna = await person(browser, 'anna', '/access?user=ben&action=case:read');
  await anna.page.getByText('You have no access to this').waitFor();
  assert.equal(await anna.page.getByRole('link', { name: 'Rights' }).count(), 0);
  assert.equal(await answered('anna', 'POST', '/access/explain', { user: 'ben', action: 'case:read' }), 403);
  assert.deepEqual(complaints(root, anna), []);
});
