// Tasks: taking the next piece of work, filling its form, and a supervisor who hands work on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, complaints, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
let anna;
let ben;
before(async () => {
  await prepareStories();
  browser = await launch();
  anna = await person(browser, 'anna');
  ben = await person(browser, 'ben');
});
after(() => browser?.close());

/** A claim whose first task, "Check papers", waits for somebody. */
async function claim(title) {
  const item = await openCase(title, {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It leans over the road.' },
  });
  const task = await until('the first task', async () => (await ask('anna', 'GET', `/tasks?case=${item.id}`)).items[0]);
  return { item, task };
}
const taskNow = (id) => ask('ben', 'GET', `/tasks/${id}`);

test('a supervisor takes a task away from somebody and hands it over', async () => {
  const { task } = await claim('Gate');
  await ask('anna', 'POST', `/tasks/${task.id}/claim`);
  const { page } = ben;
  await page.goto(`${url}/tasks/${task.id}`);
  await page.getByTestId('task-assign').click();
  await until(
    'the name of who has it',
    async () => (await page.getByTestId('person-picker').inputValue()) === 'Anna Meyer',
  );
  await page.getByRole('option', { name: 'Ben Okafor' }).click();
  await until('the task with Ben', async () => (await taskNow(task.id)).assignee === 'ben');
  await page.getByTestId('task-release').click();
  await page.getByTestId('task-claim').waitFor();
  assert.equal((await taskNow(task.id)).assignee, null);
});

test('who may not oversee is not offered the task of somebody else', async () => {
  const { task } = await claim('Shed');
  await ask('ben', 'POST', `/tasks/${task.id}/claim`);
  await anna.page.goto(`${url}/tasks/${task.id}`);
  await anna.page.getByText('The task belongs to someone else').waitFor();
  for (const testId of ['task-claim', 'task-assign', 'task-release', 'task-complete'])
    assert.equal(await anna.page.getByTestId(testId).count(), 0, testId);
});

test('C-08: what was typed survives a reload; the first click after a mended mistake hits; a token moves on a diagram that is open elsewhere', async () => {
  const { item, task } = await claim('Porch');
  await ben.page.goto(`${url}/cases/${item.number}/process`);
  await ben.page.locator('[data-testid="diagram"][data-drawn="true"]').waitFor();
  await ben.page.getByTestId('token').first().waitFor();
  const { page } = anna;
  await page.goto(`${url}/tasks/${task.id}`);
  await page.getByTestId('task-claim').click();
  await page.getByTestId('task-complete').waitFor();
  await page.getByLabel('What is missing').fill('The invoice');
  await page.getByLabel('What is missing').blur();
  await page.waitForFunction(() => Object.values(sessionStorage).some((text) => text.includes('The invoice')));
  await page.reload();
  await page.getByLabel('Policy number').waitFor();
  assert.equal(await page.getByLabel('What is missing').inputValue(), 'The invoice');
  await page.getByLabel('Amount claimed (EUR)').fill('800');
  await page.getByLabel('Policy number').fill('wrong');
  await page.getByTestId('task-complete').click();
  await page.getByTestId('form-errors').waitFor();
  await page.locator('.fjs-form-field-error').first().waitFor();
  await page.getByLabel('Policy number').fill('HB-204118');
  const box = page.getByLabel('The papers are complete');
  await box.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await box.boundingBox();
  // As a hand does it: down and up where it was seen, while leaving the field takes the error away.
  await page.mouse.click(x + width / 2, y + height / 2);
  assert.equal(await box.isChecked(), true);
  await page.getByTestId('task-complete').click();
  await until('the next task', () => !page.url().endsWith(task.id));
  await ben.page.locator('[data-container-id="assess-claim"] [data-testid="token"]').waitFor();
});

test('taking the next case when somebody took the last one says so', async () => {
  const item = await openCase('The only one', { queue: 'stories' });
  const { page } = anna;
  // What is told live comes too late here: that is the story.
  await page.route('**/api/v1/queues*', async (route) => route.fulfill({ response: await route.fetch() }));
  await page.goto(url);
  const row = page.getByRole('listitem').filter({ hasText: 'Stories' });
  await row.getByTestId('take-next').click({ trial: true });
  await page.route('**/api/v1/queues?*', () => undefined);
  await page.route('**/api/v1/queues', () => undefined);
  await ask('ben', 'PATCH', `/cases/${item.id}`, { assignee: 'ben' });
  await row.getByTestId('take-next').click();
  await page.getByText('There is nothing to take from this queue').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.reload();
  await until('a button that is off', () => row.getByTestId('take-next').isDisabled());
});

test('a queue of others is not offered; a button that is off says why to everybody', async () => {
  await ask('root', 'PUT', '/queues/pilots', { name: 'Pilots', members: { users: ['ben'], groups: [] } });
  const { page } = anna;
  await page.goto(url);
  const row = (name) => page.getByRole('listitem').filter({ hasText: name });
  await row('Pilots').waitFor();
  assert.equal(await row('Pilots').getByTestId('take-next').count(), 0);
  await ben.page.goto(url);
  const off = ben.page.getByRole('listitem').filter({ hasText: 'Pilots' }).getByTestId('take-next');
  await off.waitFor();
  assert.equal(await off.isDisabled(), true);
  const why = await off.getAttribute('aria-describedby');
  assert.match(await ben.page.locator(`[id="${why}"]`).innerText(), /No case waits/);
  await off.focus();
  await ben.page.getByRole('tooltip').filter({ hasText: 'No case waits' }).waitFor();
  assert.deepEqual(await accessibility(ben.page), []);
});

test('mine and what nobody has are not on together: one leaves the other', async () => {
  await claim('Dock');
  const { page } = anna;
  await page.goto(`${url}/tasks`);
  const shown = page.getByRole('radiogroup', { name: 'Show' });
  const on = (name) => until(name, () => shown.getByRole('radio', { name, exact: true }).isChecked());
  await on('Mine');
  await page.locator('label').filter({ hasText: 'Unassigned' }).click();
  await on('All');
  await page.getByTestId('task-row').first().waitFor();
  await shown.getByText('Mine', { exact: true }).click();
  await on('Mine');
  await until(
    'the chip to be off',
    async () => !(await page.getByRole('checkbox', { name: 'Unassigned' }).isChecked()),
  );
});

test('what was completed is listed with who did it and when, mine and those of everybody, and leads to its case', async () => {
  const word = `Bollard${Date.now().toString(36)}`;
  const item = await openCase(word);
  for (const [user, title] of [
    ['anna', 'Order paint'],
    ['ben', 'Close the pier'],
  ]) {
    const { id } = await ask(user, 'POST', `/cases/${item.id}/tasks`, { title });
    await ask(user, 'POST', `/cases/${item.id}/tasks/${id}/complete`);
  }
  const { page } = anna;
  await page.goto(`${url}/tasks?search=${word}`);
  await page.locator('.mantine-SegmentedControl-label', { hasText: 'Completed' }).click();
  const row = (title) => page.getByTestId('task-row').filter({ hasText: title });
  await row('Order paint').getByRole('cell', { name: 'Anna Meyer' }).waitFor();
  assert.equal(await row('Close the pier').count(), 0);
  assert.deepEqual(await accessibility(page), []);
  await page.getByText('Completed by everybody').click();
  await row('Close the pier').getByRole('cell', { name: 'Ben Okafor' }).waitFor();
  await page.getByRole('columnheader', { name: 'Task' }).getByRole('button').click();
  await until('the order', async () => /^Close the pier/.test(await page.getByTestId('task-row').first().innerText()));
  await row('Order paint').getByRole('link').click();
  await page.getByTestId('case-title').filter({ hasText: word }).waitFor();
});

for (const width of [1280, 390])
  test(`a message at ${width} px covers nothing that somebody could press`, async () => {
    const { task } = await claim(`Quay ${width}`);
    const { page } = anna;
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${url}/tasks/${task.id}`);
    await page.getByTestId('task-claim').click();
    await page.locator('.mantine-Notification-root').filter({ hasText: 'The task is yours' }).waitFor();
    await page.getByTestId('task-complete').waitFor();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const covered = () =>
      page.evaluate(() => {
        const over = document.querySelector('.mantine-Notification-root').getBoundingClientRect();
        // What is scrolled to below the header is out of reach there without a message, too.
        const top = Math.max(over.top, document.querySelector('.cw-header').getBoundingClientRect().bottom);
        return [...document.querySelectorAll('#main button, #main a[href], #main input, #main textarea')]
          .filter((node) => {
            const box = node.getBoundingClientRect();
            return (
              box.width > 0 &&
              top < over.bottom &&
              box.top < over.bottom &&
              box.bottom > top &&
              box.left < over.right &&
              box.right > over.left
            );
          })
          .map((node) => node.outerHTML.slice(0, 90));
      });
    // At the end of the page, where the buttons of a form are, and at its beginning.
    assert.deepEqual(await covered(), []);
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await covered(), []);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna, ben), []);
});
