// a dead letter, a mailbox that cannot be read and cases that cannot move to a new version of their definition are seen, mended and tried
// again; all of that is reached from one page. The platform is one of the story's own: it fetches mail from a server that does not answer at
// first, and its files are out of reach for a while.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { imapServer } from '../support/imap.mjs';

const MAILBOX = 'claims@harbor.example';
let browser;
let root;
let support;
let folder;
let platform;
let imap;
let ports;

const freePort = () =>
  new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'casewright-problems-'));
  ports = { http: await freePort(), smtp: await freePort(), imap: await freePort() };
  const config = join(folder, 'casewright.toml');
  await writeFile(
    config,
    `[[mail.imap]]\nhost = "127.0.0.1"\nport = ${ports.imap}\ntls = "none"\nuser = "desk"\npassword = "the right one"\nmailbox = "${MAILBOX}"\npoll_seconds = 3600\n`,
  );
  const args = ['serve', '--demo', '--config', config, '--data', join(folder, 'data')];
  args.push('--listen', `127.0.0.1:${ports.http}`, '--smtp-listen', `127.0.0.1:${ports.smtp}`);
  platform = spawn(process.env.CASEWRIGHT_BINARY, args, { stdio: 'ignore' });
  process.env.CASEWRIGHT_URL = `http://127.0.0.1:${ports.http}`;
  process.env.CASEWRIGHT_SMTP = `127.0.0.1:${ports.smtp}`;
  support = {
    ...(await import('../support/platform.mjs')),
    ...(await import('../support/people.mjs')),
    ...(await import('../support/browser.mjs')),
  };
  await support.until('the platform is ready', async () => (await fetch(`${support.url}/health/ready`)).ok, 120_000);
  browser = await support.launch();
  root = await support.person(browser, 'root');
});
after(async () => {
  await browser?.close();
  imap?.close();
  platform?.kill('SIGTERM');
  await new Promise((done) => {
    if (platform === undefined || platform.exitCode !== null) done();
    else platform.once('exit', done);
  });
  await rm(folder, { recursive: true, force: true });
});

/** Nothing for axe in both schemes, and nothing wider than a small screen. */
async function sound(page, name) {
  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    assert.deepEqual(await support.accessibility(page), [], `${name} ${scheme} ${width}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} ${width}: ${overflow} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await support.shoot(page, name);
}

test('R-05: a mailbox that cannot be read says why, and is read once that is mended', async () => {
  const { page } = root;
  const { url, until } = support;
  await page.goto(`${url}/problems/mailboxes`);
  const row = page.getByTestId('mailbox');
  await page.locator('[data-testid="mailbox"][data-state="failing"]').waitFor();
  assert.match(await row.getByTestId('mailbox-error').innerText(), /connection/i);
  await sound(page, 'problems-mailboxes');
  // The server is there now, and does not know the password.
  imap = await imapServer(ports.imap, { user: 'desk', password: 'another one' });
  await row.getByTestId('mailbox-check').click();
  await row.getByTestId('mailbox-error').filter({ hasText: 'password is wrong' }).waitFor();
  assert.equal(await row.getAttribute('data-state'), 'failing');
  imap.setPassword('the right one');
  await row.getByTestId('mailbox-check').click();
  await page.locator('[data-testid="mailbox"][data-state="working"]').waitFor();
  await row.getByText('Last read', { exact: false }).waitFor();
  // It works: what is put there now arrives when it is looked at.
  imap.put('From: vera@customer.example\r\nTo: claims@harbor.example\r\nSubject: Fetched by hand\r\n\r\nHello.\r\n');
  await row.getByTestId('mailbox-check').click();
  await until('the mail is here', async () =>
    (await support.ask('root', 'GET', '/mails?search=Fetched')).items.some(
      (mail) => mail.subject === 'Fetched by hand',
    ),
  );
});

test('R-05: an entry that its consumer cannot handle is seen, tried again and gone', async () => {
  const { page } = root;
  const { ask, url, until, deliver } = support;
  // A message that names no sender is kept, and may be read again.
  await deliver('To: claims@harbor.example\r\nSubject: Nobody wrote this\r\nX-Other: 1\r\n\r\nHello.\r\n');
  const mail = await until(
    'it cannot be read',
    async () => (await ask('root', 'GET', '/mails?state=undeliverable')).items[0],
  );
  const files = join(folder, 'data', 'files');
  await rename(files, `${files}-away`);
  await ask('root', 'POST', `/mails/${mail.id}/reprocess`);
  const letters = async () => (await ask('root', 'GET', '/dead-letters')).items;
  const letter = await until('it is given up', async () => (await letters())[0], 90_000);
  assert.equal(letter.consumer, 'email-to-case');
  assert.equal(letter.aggregateId, mail.id);

  await page.goto(`${url}/problems/dead-letters`);
  const row = page.getByTestId('dead-letter').filter({ hasText: mail.id });
  await row.getByRole('button', { name: 'Show' }).click();
  await row.getByText('mail-reprocessed', { exact: false }).first().waitFor();
  await sound(page, 'problems-dead-letters');
  // It fails again while nothing is mended, and says so.
  await row.getByTestId('letter-retry').click();
  await page.getByText('It failed again').waitFor();
  assert.equal((await letters()).length, 1);
  await rename(`${files}-away`, files);
  await row.getByTestId('letter-retry').click();
  await row.waitFor({ state: 'detached' });
  assert.deepEqual(await letters(), []);
  const { state } = await ask('root', 'GET', `/mails/${mail.id}`);
  assert.equal(state, 'undeliverable', 'it was read once more');
});

test('R-05: what is given up asks why, and somebody without the right finds nothing', async () => {
  const { page } = root;
  const { ask, url, until } = support;
  const [mail] = (await ask('root', 'GET', '/mails?state=undeliverable')).items;
  const files = join(folder, 'data', 'files');
  await rename(files, `${files}-away`);
  await ask('root', 'POST', `/mails/${mail.id}/reprocess`);
  const letters = async () => (await ask('root', 'GET', '/dead-letters?consumer=email-to-case')).items;
  await until('it is given up', async () => (await letters())[0], 90_000);
  await rename(`${files}-away`, files);
  await page.goto(`${url}/problems/dead-letters?consumer=email-to-case`);
  await page.getByTestId('letter-discard').click();
  await page.getByTestId('discard-reason').fill('A test of ours');
  assert.deepEqual(await support.accessibility(page), []);
  await page.getByTestId('discard-confirm').click();
  await page.getByText('No dead letters').waitFor();
  assert.deepEqual(await letters(), []);
  await assert.rejects(() => ask('ben', 'GET', '/dead-letters'), /403/);
  await assert.rejects(() => ask('ben', 'GET', '/mailboxes'), /403/);
  const anna = await support.person(browser, 'anna', '/problems/dead-letters');
  await anna.page.getByText('You have no access to this').waitFor();
});

test('R-05: a migration that a case refuses says why, and goes on once that case is mended', async () => {
  const { ask, url, until } = support;
  const STAGES = [
    { id: 'intake', name: 'Intake' },
    { id: 'decision', name: 'Decision' },
  ];
  const define = (stages) =>
    ask('dana', 'PUT', '/case-definitions/moving', {
      key: 'moving',
      name: 'Moving',
      caseNumberPrefix: 'MOV',
      stages,
      statuses: [
        { id: 'open', name: 'Open', kind: 'open' },
        { id: 'closed', name: 'Closed', kind: 'closed' },
      ],
      fields: [],
    });
  await define(STAGES);
  const make = (title) => ask('anna', 'POST', '/cases', { definition: 'moving', title });
  const stays = await make('It stands where there will be nothing');
  const goes = await make('It can move');
  await ask('anna', 'PATCH', `/cases/${stays.id}`, { stage: 'decision' });
  const versionOf = async (item) => (await ask('anna', 'GET', `/cases/${item.id}/stages`)).definitionVersion;
  // The next version has no stage `decision`, where one of them is.
  await define(STAGES.slice(0, 1));
  await until(
    'both are in the list',
    async () => (await ask('dana', 'GET', '/cases?definition=moving')).items.length === 2,
  );

  const dana = await support.person(browser, 'dana', '/definitions/moving');
  const { page } = dana;
  const reason = 'version 2 has no stage `decision`, where the case is';
  await page.getByTestId('migrate').click();
  await page.getByTestId('migration-preview').getByText('1 case will be changed.').waitFor();
  const refused = page.getByTestId('bulk-skipped');
  await refused.getByText(reason).waitFor();
  await refused.getByRole('link', { name: stays.number }).waitFor();
  await page.getByTestId('migration-start').click();
  await page.locator('[data-testid="batch"][data-phase="done"]').getByText('Done: 1 case changed').waitFor();
  assert.deepEqual([await versionOf(goes), await versionOf(stays)], [2, 1]);
  assert.deepEqual(await support.accessibility(page), []);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();

  // What was left behind can be looked up later, with why.
  await page.getByTestId('batches-link').click();
  await page.getByRole('heading', { name: 'Changes of many cases', level: 1 }).waitFor();
  const batches = page.getByTestId('batch');
  await batches.getByText(reason).waitFor();
  assert.equal(await batches.count(), 1);
  await sound(page, 'problems-migration');
  // Tried again while nothing is mended it says the same.
  await page.getByRole('button', { name: 'Try the others again' }).click();
  await until('it is refused again', async () => (await batches.count()) === 2);
  await batches.first().getByText('Done: 0 cases changed').waitFor();
  await batches.first().getByText(reason).waitFor();
  assert.equal(await versionOf(stays), 1);
  // Whoever has the case moves it to where the new version has a place for it.
  const anna = await support.person(browser, 'anna', `/cases/${stays.number}/overview`);
  await anna.page.getByTestId('choose-stage').click();
  await anna.page.getByRole('menuitem', { name: 'Intake' }).click();
  await until('it is mended', async () => (await ask('anna', 'GET', `/cases/${stays.id}`)).stage === 'intake');
  await batches.first().getByRole('button', { name: 'Try the others again' }).click();
  await until('it is tried again', async () => (await batches.count()) === 3);
  await batches.first().getByText('Done: 1 case changed').waitFor();
  assert.equal(await versionOf(stays), 2);
  assert.equal(await batches.first().getByTestId('bulk-skipped').count(), 0);
  assert.deepEqual(support.complaints(dana, anna), []);
});

test('R-05: the way to changes that were refused is on the page of problems', async () => {
  const { page } = root;
  await page.goto(`${support.url}/problems/mailboxes`);
  await page.getByTestId('batches-link').click();
  await page.getByRole('heading', { name: 'Changes of many cases', level: 1 }).waitFor();
  assert.match(page.url(), /\/cases\/changes$/);
});

test('R-05: nothing went wrong on the way', () => {
  assert.deepEqual(support.complaints(root), []);
});
