// What people do all day, done once in a real browser against a real platform (the demo with its mails delivered): says what did not happen.
// Not the acceptance test (that is e2e/); this is what one runs while working on the portal.
//   CASEWRIGHT_URL=http://127.0.0.1:8080 CASEWRIGHT_SMTP=127.0.0.1:2525 node dev/flows.mjs [part of a flow's name]
import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { readFileSync } from 'node:fs';
import { launch, signIn, url } from './real.mjs';

const only = process.argv[2] ?? '';
const [smtpHost, smtpPort] = (process.env.CASEWRIGHT_SMTP ?? '127.0.0.1:2525').split(':');
const examples = new URL('../../examples/claims/', import.meta.url);
const out = process.env.SHOTS ?? new URL('../.shots/', import.meta.url).pathname;
const stamp = Date.now().toString(36);

/** SMTP in the few words that one mail takes. */
async function deliver(subject, text = 'Hello') {
  const socket = createConnection({ host: smtpHost, port: Number(smtpPort) });
  const reply = () =>
    new Promise((resolve) => {
      socket.once('data', (data) => resolve(String(data)));
    });
  await reply();
  const message = `From: Mara Lind <mara.lind@customer.example>\r\nTo: claims@harbor.example\r\nSubject: ${subject}\r\nMessage-ID: <${stamp}.${Math.random().toString(36).slice(2)}@customer.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n.\r\n`;
  for (const line of [
    'HELO flows\r\n',
    'MAIL FROM:<mara.lind@customer.example>\r\n',
    'RCPT TO:<claims@harbor.example>\r\n',
    'DATA\r\n',
    message,
    'QUIT\r\n',
  ]) {
    socket.write(line);
    const answer = await reply();
    assert.match(answer, /^[23]/, `${line.slice(0, 20)}: ${answer}`);
  }
  socket.end();
}

const row = (page, title) => page.getByTestId('case-row').filter({ hasText: title });
const newest = async (api, title) =>
  (await api('GET', '/cases?limit=100')).items.find((each) => each.title.includes(title));

const flows = {
  async 'a mail becomes a row without reloading'({ anna }) {
    await anna.page.goto(`${url}/cases`);
    await anna.page.getByTestId('case-row').first().waitFor();
    await anna.page.evaluate(() => {
      globalThis.kept = true;
    });
    await deliver(`Broken window ${stamp}`, 'A ball went through my window. Policy HB-204118.');
    await row(anna.page, `Broken window ${stamp}`).waitFor({ timeout: 30_000 });
    assert.equal(await anna.page.evaluate(() => globalThis.kept), true);
  },
  async 'a task is claimed, refused by form and server, completed; the token moves on a diagram that is open elsewhere'({
    anna,
    ben,
  }) {
    const item = await newest(anna.api, `Broken window ${stamp}`);
    await ben.page.goto(`${url}/cases/${item.number}/process`);
    await ben.page.locator('[data-testid="diagram"][data-drawn="true"]').waitFor();
    await ben.page.locator('[data-testid="token"]').first().waitFor();
    await anna.page.goto(`${url}/cases/${item.number}/tasks`);
    await anna.page.getByRole('link', { name: 'Check papers' }).first().click();
    await anna.page.getByTestId('task-claim').click();
    await anna.page.getByLabel('Policy number').fill('wrong');
    await anna.page.getByLabel('Amount claimed (EUR)').fill('1250.5');
    await anna.page.getByTestId('task-complete').click();
    await anna.page.getByTestId('form-errors').waitFor();
    await anna.page.screenshot({ path: `${out}/flow-form-errors.png` });
    await anna.page.getByLabel('Policy number').fill('HB-204118');
    await anna.page.getByLabel('Policy number').press('Tab');
    await anna.page.locator('.fjs-form-field-error').first().waitFor({ state: 'hidden' });
    await anna.page.getByLabel('The papers are complete').check();
    const before = await ben.page.getByTestId('token').count();
    await anna.page.getByTestId('task-complete').click();
    await anna.page.waitForURL((next) => !next.pathname.includes(item.id) && true);
    await ben.page
      .locator('.djs-overlays[data-container-id="assess-claim"] [data-testid="token"]')
      .waitFor({ timeout: 10_000 });
    assert.ok(before >= 1);
    await ben.page.screenshot({ path: `${out}/flow-token-moved.png` });
    await ben.page.getByTestId('case-stage').filter({ hasText: 'Assessment' }).waitFor({ timeout: 10_000 });
  },
  async 'the second task is done too; a decision closes in on the case'({ anna }) {
    const item = await newest(anna.api, `Broken window ${stamp}`);
    await anna.page.goto(`${url}/cases/${item.number}/tasks`);
    await anna.page.getByRole('link', { name: 'Assess claim' }).first().click();
    await anna.page.getByTestId('task-claim').click();
    await anna.page.getByTestId('task-complete').waitFor();
    await anna.page.locator('.fjs-form-field').first().waitFor();
    await anna.page.screenshot({ path: `${out}/flow-assess.png`, fullPage: true });
  },
  async 'a comment that mentions someone reaches the bell of that person live'({ anna, ben }) {
    const item = await newest(anna.api, `Broken window ${stamp}`);
    await ben.page.goto(`${url}/inbox`);
    await ben.page.getByTestId('notification-bell').waitFor();
    await ben.page.waitForTimeout(500);
    const unread = async () => Number(await ben.page.getByTestId('notification-bell').getAttribute('data-unread'));
    const before = await unread();
    await anna.page.goto(`${url}/cases/${item.number}/overview`);
    await anna.page.getByTestId('comment-text').fill('Could you look at this, @Ben Okafor?');
    await anna.page.getByTestId('comment-send').click();
    await anna.page.locator('[data-kind="comment-added"]', { hasText: 'Could you look' }).waitFor();
    for (let tries = 0; (await unread()) <= before && tries < 100; tries += 1) await ben.page.waitForTimeout(100);
    assert.ok((await unread()) > before, `the bell stays at ${before}`);
    await ben.page.getByTestId('notification').filter({ hasText: item.number }).first().waitFor();
    await ben.page.screenshot({ path: `${out}/flow-inbox.png` });
  },
  async 'a case is assigned, its data changed, and a change of someone else is not overwritten'({ anna, ben }) {
    const item = await newest(anna.api, `Broken window ${stamp}`);
    await anna.page.goto(`${url}/cases/${item.number}/fields`);
    await anna.page.getByLabel('Kind of damage').fill('Glass');
    await ben.api('PATCH', `/cases/${item.id}`, { fields: { damage: 'Ball' } });
    await anna.page.getByRole('button', { name: 'Save', exact: true }).click();
    await anna.page.getByTestId('conflict-table').getByText('Ball').waitFor();
    await anna.page.screenshot({ path: `${out}/flow-conflict.png` });
    await anna.page.getByRole('button', { name: 'Save mine' }).click();
    for (
      let tries = 0;
      tries < 60 && (await anna.api('GET', `/cases/${item.id}`)).fields.damage !== 'Glass';
      tries += 1
    )
      await anna.page.waitForTimeout(100);
    assert.equal((await anna.api('GET', `/cases/${item.id}`)).fields.damage, 'Glass');
    await anna.page.goto(`${url}/cases/${item.number}/overview`);
    await anna.page.getByTestId('assign-to-me').click();
    await anna.page.locator('[data-kind="assigned"]').first().waitFor();
    await anna.page.getByTestId('assign-to-me').waitFor({ state: 'detached' });
    await anna.page.screenshot({ path: `${out}/flow-case.png`, fullPage: true });
  },
  async 'a document is uploaded, previewed and removed'({ anna }) {
    const item = await newest(anna.api, `Broken window ${stamp}`);
    await anna.page.goto(`${url}/cases/${item.number}/documents`);
    await anna.page
      .getByTestId('document-drop')
      .locator('input')
      .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('Glazier called.\n') });
    await anna.page.getByTestId('document-open').filter({ hasText: 'note.txt' }).click();
    await anna.page.getByTestId('attachment-preview').getByText('Glazier called.').waitFor();
    await anna.page.keyboard.press('Escape');
    await anna.page.getByRole('button', { name: 'Actions for note.txt' }).click();
    await anna.page.getByRole('menuitem', { name: 'Remove' }).click();
    await anna.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await anna.page.getByTestId('document-open').waitFor({ state: 'detached' });
  },
  async 'a PDF that came by mail is drawn'({ anna }) {
    const item = await newest(anna.api, 'bicycle');
    await anna.page.goto(`${url}/cases/${item.number}/documents`);
    await anna.page.getByTestId('document-open').first().click();
    await anna.page.locator('[data-testid="attachment-preview"] canvas[data-rendered="true"]').waitFor();
    await anna.page.screenshot({ path: `${out}/flow-pdf.png` });
  },
  async 'an answer is queued or sent'({ anna }) {
    const item = await newest(anna.api, `Broken window ${stamp}`);
    await anna.page.goto(`${url}/cases/${item.number}/mail`);
    await anna.page.getByTestId('reply-text').fill('A glazier comes on Monday.');
    await anna.page.getByTestId('reply-send').click();
    await anna.page.locator('[data-testid="mail-message"][data-direction="out"]').waitFor();
    await anna.page.screenshot({ path: `${out}/flow-reply.png`, fullPage: true });
  },
  async 'a case is created by its form; a wrong entry is told at the field'({ anna }) {
    await anna.page.goto(`${url}/cases/new?definition=claim`);
    await anna.page.getByTestId('case-new-title').fill(`Dented car ${stamp}`);
    await anna.page.locator('.fjs-form-field').first().waitFor();
    await anna.page.getByLabel('Policy number').fill('nonsense');
    await anna.page.getByTestId('case-create').click();
    await anna.page.getByTestId('form-errors').waitFor();
    await anna.page.getByLabel('Policy number').fill('HB-204118');
    await anna.page.getByLabel('Amount claimed (EUR)').fill('800');
    await anna.page.getByLabel('What happened').fill('Somebody drove into it.');
    await anna.page.getByText('Select', { exact: true }).click();
    await anna.page.locator('.fjs-dropdownlist-item').first().click();
    await anna.page.getByTestId('case-create').click();
    await anna.page
      .getByTestId('case-title')
      .filter({ hasText: `Dented car ${stamp}` })
      .waitFor();
    await anna.page.screenshot({ path: `${out}/flow-created.png` });
  },
  async 'a card moves by menu'({ anna }) {
    await anna.page.goto(`${url}/cases/board`);
    const card = anna.page.getByTestId('board-card').filter({ hasText: `Dented car ${stamp}` });
    await card.getByRole('button').click();
    await anna.page.getByRole('menuitem', { name: 'Assessment' }).click();
    await anna.page.locator('section[aria-label="Assessment"]').getByText(`Dented car ${stamp}`).waitFor();
    await anna.page.screenshot({ path: `${out}/flow-board.png` });
  },
  async 'a manual process is started'({ anna }) {
    const item = await newest(anna.api, `Dented car ${stamp}`);
    await anna.page.goto(`${url}/cases/${item.number}/process`);
    await anna.page.getByRole('button', { name: 'Site visit' }).click();
    await anna.page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await anna.page.getByText('Site visit').first().waitFor();
    await anna.page.locator('.mantine-SegmentedControl-label', { hasText: 'Site visit' }).waitFor({ timeout: 10_000 });
  },
  async 'a broken model is refused with file, line and element; a sound one is deployed'({ dana }) {
    const source = readFileSync(new URL('claim-handling.bpmn', examples), 'utf8');
    await dana.page.goto(`${url}/deploy`);
    const drop = (name, text) =>
      dana.page
        .getByTestId('deploy-drop')
        .locator('input')
        .setInputFiles({ name, mimeType: 'application/xml', buffer: Buffer.from(text) });
    await drop('claim-handling.bpmn', source.replace(/targetRef="[^"]+"/, 'targetRef="nowhere"'));
    await dana.page.getByTestId('deploy-start').click();
    await dana.page.getByTestId('diagnostics').locator('tbody tr').first().waitFor();
    await dana.page.screenshot({ path: `${out}/flow-refused.png` });
    await drop(
      'claim-handling.bpmn',
      source.replace('name="Claim handling"', `name="Claim handling" camunda:versionTag="${stamp}"`),
    );
    await dana.page.getByTestId('deploy-start').click();
    await dana.page.getByTestId('deploy-done').waitFor();
    await dana.page.screenshot({ path: `${out}/flow-deployed.png` });
  },
  async 'an undeliverable mail is processed again'({ ben }) {
    await ben.page.goto(`${url}/mails`);
    await ben.page
      .getByRole('button', { name: /process again/i })
      .first()
      .click();
    await ben.page.getByText('The mail is handled again').waitFor();
    // It is broken for good: it comes back by itself.
    await ben.page.getByRole('button', { name: 'Show' }).first().click();
    await ben.page.screenshot({ path: `${out}/flow-undeliverable.png` });
  },
  async 'a reload keeps the session, signing out ends it'({ anna }) {
    await anna.page.goto(`${url}/tasks`);
    await anna.page.reload();
    await anna.page.locator('h1', { hasText: 'Tasks' }).waitFor();
    await anna.page.getByRole('button', { name: 'Account' }).click();
    await anna.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await anna.page.locator('input[name="username"], h1:has-text("signed out")').first().waitFor();
    await anna.page.screenshot({ path: `${out}/flow-signed-out.png` });
    console.log('    after sign-out:', anna.page.url());
  },
};

const browser = await launch();
const people = {};
for (const user of ['anna', 'ben', 'dana']) people[user] = await signIn(browser, user);
let failed = 0;
for (const [name, run] of Object.entries(flows)) {
  if (!name.includes(only) && !(only !== '' && name.startsWith('a mail becomes'))) continue;
  for (const one of Object.values(people)) one.page.setDefaultTimeout(15_000);
  try {
    await run(people);
    console.log(`✓ ${name}`);
  } catch (error) {
    failed += 1;
    console.log(
      `✗ ${name}: ${String(error.message ?? error)
        .split('\n')
        .slice(0, 8)
        .join(' | ')}`,
    );
    for (const [user, one] of Object.entries(people))
      await one.page.screenshot({ path: `${out}/failed-${failed}-${user}.png` });
  }
  for (const [user, one] of Object.entries(people))
    for (const complaint of one.seen.complaints.splice(0)) console.log(`    ${user}: ${complaint}`);
}
await browser.close();
process.exitCode = failed > 0 ? 1 : 0;
