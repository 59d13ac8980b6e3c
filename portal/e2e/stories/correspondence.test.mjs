// Two people at one case: they see each other, the second answer is stopped, a mail is undone, scheduled, and made of a template.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, complaints, openCase, person } from '../support/people.mjs';
import { mailbox, until, url } from '../support/platform.mjs';

let browser;
let anna;
let ben;
let item;
const stamp = Date.now().toString(36);
const clara = 'clara.weiss@customer.example';
const mails = (state) => ask('anna', 'GET', `/cases/${item.id}/mails${state === undefined ? '' : `?state=${state}`}`);
const arrived = async (text) => (await mailbox(clara)).filter((message) => message.text.includes(text));

before(async () => {
  item = await openCase(`Shared fence ${stamp}`, { requester: { name: 'Clara Weiss', email: clara } });
  browser = await launch();
  anna = await person(browser, 'anna', `/cases/${item.number}/mail`);
  ben = await person(browser, 'ben', `/cases/${item.number}/mail`);
  await anna.page.getByTestId('reply-text').waitFor();
  await ben.page.getByTestId('reply-text').waitFor();
});
after(() => browser?.close());

test('C-12: who is at the case is shown, who writes as well, and who has left no more', async () => {
  await anna.page.locator('[data-testid="presence-person"][data-activity="viewing"]').waitFor();
  await ben.page.getByTestId('reply-text').fill(`Ben writes ${stamp}`);
  await anna.page.getByTestId('presence-writing').waitFor();
  assert.deepEqual(await accessibility(anna.page), []);
  await ben.page.goto(`${url}/cases`);
  await anna.page.getByTestId('presence-person').waitFor({ state: 'detached' });
  await ben.page.goto(`${url}/cases/${item.number}/mail`);
  await ben.page.getByTestId('reply-text').waitFor();
  assert.equal(await ben.page.getByTestId('reply-text').inputValue(), `Ben writes ${stamp}`);
});

test('a mail that was undone is not sent and is back in the box', async () => {
  const text = `Taken back ${stamp}`;
  await anna.page.getByTestId('reply-text').fill(text);
  await anna.page.getByTestId('reply-send').click();
  await anna.page.getByTestId('mail-undo').click();
  await until('the text is back', async () => (await anna.page.getByTestId('reply-text').inputValue()) === text);
  assert.equal((await mails()).items.length, 0);
  assert.equal((await mails('cancelled')).items.length, 1);
  await anna.page.getByTestId('reply-text').fill('');
});

test('a second answer is stopped until its writer has been told of the first', async () => {
  await anna.page.getByTestId('reply-text').fill(`The second answer ${stamp}`);
  await ben.page.getByTestId('reply-send').click();
  await until('Ben has answered', async () => (await mails()).items.length === 1);
  await anna.page.getByTestId('reply-send').click();
  await anna.page.getByTestId('reply-news').waitFor();
  assert.deepEqual(await accessibility(anna.page), []);
  assert.equal((await mails()).items.length, 1);
  await anna.page.getByTestId('reply-anyway').click();
  await until(
    'both are sent',
    async () => (await arrived('answer')).length === 1 && (await arrived('Ben writes')).length === 1,
  );
});

test('a template is filled in by its shortcut, and scheduled mail is taken back', async () => {
  await ben.page.goto(`${url}/mail-templates/new`);
  await ben.page.getByTestId('template-name').fill(`Hello ${stamp}`);
  await ben.page.getByTestId('template-shortcut').fill(`hello-${stamp}`);
  await ben.page.getByTestId('template-subject').fill('About {{case.number}}');
  await ben.page.getByTestId('template-body').fill('Dear {{requester.nam}}');
  await ben.page.getByTestId('template-save').click();
  await ben.page.getByText('line 1, column 6').waitFor();
  await ben.page.getByTestId('template-body').fill('Dear {{requester.name}}, kind regards, {{me.name}}');
  await ben.page.getByTestId('template-save').click();
  await ben.page.getByTestId('preview-case').waitFor();
  assert.deepEqual(await accessibility(ben.page), []);
  await ben.page.goto(`${url}/cases/${item.number}/mail`);
  await ben.page.getByTestId('reply-template').waitFor();
  await ben.page.getByTestId('reply-text').pressSequentially(`/hello-${stamp} `);
  await until('it is filled in', async () =>
    (await ben.page.getByTestId('reply-text').inputValue()).startsWith('Dear Clara Weiss, kind regards, Ben'),
  );
  await ben.page.getByTestId('reply-later').click();
  await ben.page.getByTestId('reply-later-at').fill('2027-12-01T08:00');
  await ben.page.getByTestId('reply-later-send').click();
  const news = ben.page.getByTestId('reply-anyway');
  await Promise.race([news.waitFor(), ben.page.getByTestId('scheduled-mail').waitFor()]);
  if (await news.isVisible()) await news.click();
  await ben.page.getByTestId('scheduled-mail').waitFor();
  await ben.page.getByTestId('scheduled-edit').click();
  await ben.page.getByTestId('scheduled-mail').waitFor({ state: 'detached' });
  assert.match(await ben.page.getByTestId('reply-text').inputValue(), /^Dear Clara Weiss/);
});

test('the list of mail problems does not scroll sideways on a telephone', async () => {
  await ben.page.setViewportSize({ width: 390, height: 800 });
  await ben.page.goto(`${url}/mails`);
  await ben.page.getByRole('heading', { level: 1 }).waitFor();
  const [wide, seen] = await ben.page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.equal(wide, seen);
});

test('a draft is shared, gone on with by a colleague, sent with a signature, and gone', async () => {
  const other = await openCase(`Shared letter ${stamp}`, { requester: { name: 'Clara Weiss', email: clara } });
  const at = `${url}/cases/${other.number}/mail`;
  await ben.page.goto(`${url}/mail-templates`);
  await ben.page.getByTestId('signature-new').click();
  await ben.page.getByTestId('signature-name').fill(`Ben ${stamp}`);
  await ben.page.getByTestId('template-body').fill('{{me.name}}, {{case.number}}');
  assert.deepEqual(await accessibility(ben.page), []);
  await ben.page.getByTestId('signature-save').click();
  await ben.page.getByTestId('signature-row').filter({ hasText: stamp }).waitFor();

  await anna.page.goto(at);
  await anna.page.getByTestId('reply-text').fill(`Dear Clara ${stamp}`);
  await anna.page.getByTestId('draft-share').click();
  await anna.page.getByText('Shared draft: whoever opens the case sees it').waitFor();
  await ben.page.goto(at);
  await ben.page.getByTestId('shared-draft').waitFor();
  assert.deepEqual(await accessibility(ben.page), []);
  await ben.page.getByTestId('shared-draft-take').click();
  await until('it is in the box', async () =>
    (await ben.page.getByTestId('reply-text').inputValue()).startsWith('Dear Clara'),
  );
  await ben.page.getByTestId('reply-signature').getByText(other.number).waitFor();
  await ben.page.getByTestId('reply-send').click();
  await until('it is sent', async () => (await arrived(`Dear Clara ${stamp}`)).length === 1);
  const [message] = await arrived(`Dear Clara ${stamp}`);
  assert.match(message.text, new RegExp(`-- \\s+Ben[^\\n]*, ${other.number}`));
  await until(
    'the draft is gone',
    async () => (await ask('ben', 'GET', `/cases/${other.id}/mail-drafts`)).items.length === 0,
  );
});

test('a draft waits on the next device', async () => {
  const other = await openCase(`Two devices ${stamp}`, { requester: { name: 'Clara Weiss', email: clara } });
  const content = { to: clara, subject: 'Hello', text: `Begun elsewhere ${stamp}` };
  await ask('anna', 'PUT', `/cases/${other.id}/mail-drafts/mine`, { content });
  await anna.page.goto(`${url}/cases/${other.number}/mail`);
  await until('it is in the box', async () =>
    (await anna.page.getByTestId('reply-text').inputValue()).startsWith('Begun elsewhere'),
  );
  await anna.page.getByTestId('reply-text').fill('');
  await until(
    'what was emptied is gone',
    async () => (await ask('anna', 'GET', `/cases/${other.id}/mail-drafts`)).items.length === 0,
  );
});

test('C-09: a note stands below the mail that it is about', async () => {
  await anna.page.goto(`${url}/cases/${item.number}/mail`);
  const message = anna.page.getByTestId('mail-message').first();
  await message.getByTestId('mail-note-write').click();
  await message.getByTestId('comment-text').fill(`Do not call her ${stamp}`);
  await message.getByTestId('comment-send').click();
  const note = message.getByTestId('mail-note').filter({ hasText: 'Do not call her' });
  await note.waitFor();
  const colour = (node) => node.evaluate((each) => getComputedStyle(each).backgroundColor);
  assert.notEqual(await colour(note), await colour(message));
  // What is sent after it has arrived by then; the note has not.
  await ask('ben', 'POST', `/cases/${item.id}/mails`, {
    to: [clara],
    subject: 'After it',
    text: `After the note ${stamp}`,
  });
  await until('the mail after it', async () => (await arrived('After the note')).length === 1, 60_000);
  assert.equal((await arrived('Do not call her')).length, 0);
  assert.deepEqual(await accessibility(anna.page), []);
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna, ben), []);
});
