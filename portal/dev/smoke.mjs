// Walks every screen against the mock: no console error, no foreign host, no axe violation (WCAG 2.0-2.2 A and AA) in light and dark, at 1280 and
// 390 px; then the things people do: live row, claim and complete, reply, upload, preview, deploy, conflict, keyboard.
//   node dev/smoke.mjs [screen-name-part]     (needs `npm run build` first)
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { launch } from './browser.mjs';
import { startMock } from './mock-server.mjs';
import { SCREENS } from './screen-list.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const only = process.argv[2] ?? '';
const problems = [];

async function check(page, name) {
  await page.evaluate(axe.source);
  const result = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } }),
    TAGS,
  );
  for (const violation of result.violations)
    problems.push(
      `${name}: ${violation.id} (${violation.impact}) ${violation.nodes
        .slice(0, 3)
        .map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`)
        .join(' | ')}`,
    );
}

async function newPage(browser, mock, options) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.expected = /status of (403|404|409|412|422|400)/;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !page.expected.test(message.text()))
      problems.push(`console: ${message.text()} at ${page.url()}`);
  });
  page.on('pageerror', (error) => problems.push(`page error: ${error.message} at ${page.url()}`));
  page.on('request', (request) => {
    const host = new URL(request.url()).host;
    if (!request.url().startsWith('blob:') && !request.url().startsWith('data:') && host !== new URL(mock.url).host)
      problems.push(`foreign host: ${request.url()}`);
  });
  return { context, page };
}

async function screens(browser, mock) {
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ]) {
    const { context, page } = await newPage(browser, mock, {
      viewport: { width, height: 844 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    for (const screen of SCREENS.filter((each) => each.name.includes(only))) {
      const name = `${screen.name} ${colorScheme} ${width}`;
      await page.goto(mock.url + screen.path);
      await page.locator('h1').first().waitFor();
      await screen.ready?.(page);
      if ((await page.locator('h1').count()) !== 1) problems.push(`${name}: not exactly one h1`);
      if (!(await page.title()).endsWith('· Casewright')) problems.push(`${name}: title is ${await page.title()}`);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (overflow > 0) problems.push(`${name}: the page scrolls sideways by ${overflow} px`);
      const mark = page.locator('.bjs-powered-by, .fjs-powered-by a').filter({ visible: true }).first();
      if ((await mark.count()) > 0) {
        await mark.scrollIntoViewIfNeeded();
        const free = await mark.evaluate((node) => {
          const box = node.getBoundingClientRect();
          return node.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        });
        if (!free) problems.push(`${name}: the bpmn.io mark is covered`);
      }
      await check(page, name);
    }
    await context.close();
  }
}

const titleOf = (index) => `row ${index}`;

const scenarios = {
  async 'a new case begins empty after one was created, and typing its title does not build its form again'(
    page,
    mock,
  ) {
    await page.goto(`${mock.url}/cases/new?definition=claim`);
    await page.getByLabel('Policy number').fill('HB-204118');
    await page.getByLabel('What happened').fill('Water came through the ceiling.');
    await page.locator('.fjs-select-display').click();
    await page.locator('.fjs-dropdownlist-item', { hasText: 'Water' }).click();
    await page.evaluate(() => {
      document.querySelector('.fjs-form-field input').kept = true;
    });
    await page.getByTestId('case-new-title').pressSequentially('Kitchen');
    assert.equal(
      await page.evaluate(() => document.querySelector('.fjs-form-field input').kept),
      true,
      'the form was built again',
    );
    await page.getByTestId('case-new-requester').fill('Clara Weiss');
    await page.getByTestId('case-create').click();
    await page.getByTestId('case-title').waitFor();
    await page.goto(`${mock.url}/cases/new?definition=claim`);
    await page.getByLabel('Policy number').waitFor();
    for (const label of ['Policy number', 'What happened']) assert.equal(await page.getByLabel(label).inputValue(), '');
    assert.equal(await page.getByTestId('case-new-requester').inputValue(), '');
  },
  async 'a file chosen in a form is uploaded with its progress and handed on as a reference'(page, mock) {
    mock.state.forms = {
      'claim-new': {
        type: 'default',
        components: [{ type: 'filepicker', key: 'photos', label: 'Photos', id: 'photos', multiple: true }],
      },
    };
    await page.goto(`${mock.url}/cases/new?definition=claim`);
    await page
      .locator('.fjs-form-field input[type=file]')
      .setInputFiles({ name: 'roof.png', mimeType: 'image/png', buffer: Buffer.from('picture') });
    await page.getByTestId('form-files').getByText('roof.png').waitFor();
    await check(page, 'files of a form');
    await page.getByTestId('case-new-title').fill('Roof');
    await page.getByTestId('case-create').click();
    await page.getByTestId('case-title').waitFor();
    const [file] = mock.state.cases[0].fields.photos;
    assert.equal(file.name, 'roof.png');
    assert.ok(mock.state.files.has(file.fileId), 'the reference leads to no file');
    mock.state.forms = {};
  },
  async 'a mail that arrives leaves the answer that is being written alone'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000006/mail`);
    await page.getByTestId('reply-to').fill('adjuster@harbor.example');
    await page.getByTestId('reply-text').fill('Please visit on Thursday.');
    await page
      .getByTestId('reply-files')
      .setInputFiles({ name: 'map.txt', mimeType: 'text/plain', buffer: Buffer.from('map') });
    await page.getByText('map.txt').waitFor();
    const item = mock.state.cases.find((each) => each.number === 'CLM-000006');
    mock.receive(item, 'lawyer@customer.example');
    await page.getByTestId('reply-newer').waitFor();
    await check(page, 'newer mail');
    assert.equal(await page.getByTestId('reply-to').inputValue(), 'adjuster@harbor.example');
    await page.getByTestId('tab-overview').click();
    await page.getByTestId('tab-mail').click();
    assert.equal(await page.getByTestId('reply-to').inputValue(), 'adjuster@harbor.example');
    await page.getByText('map.txt').waitFor();
  },
  async 'data that was refused is still there'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000004/fields`);
    await page.getByLabel('Policy number').fill('refused');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByTestId('fields-refused').waitFor();
    assert.equal(await page.getByLabel('Policy number').inputValue(), 'refused');
    await check(page, 'refused data');
    await page.getByRole('button', { name: 'Discard changes' }).click();
  },
  async 'the first click after a mistake was mended hits'(page, mock) {
    await page.goto(`${mock.url}/tasks/task-0`);
    await page.getByLabel('Policy number').fill('wrong');
    await page.getByTestId('task-complete').click();
    await page.locator('.fjs-form-field-error').first().waitFor();
    await page.getByLabel('Policy number').fill('HB-204118');
    const box = page.getByLabel('The papers are complete');
    const { x, y, width, height } = await box.boundingBox();
    // As a hand does it: down and up where it was seen, while leaving the field takes the error away.
    await page.mouse.click(x + width / 2, y + height / 2);
    assert.equal(await box.isChecked(), true);
  },
  async 'a refused move asks for what is missing and then moves'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000010/overview`);
    await page.getByTestId('choose-stage').click();
    await page.getByRole('menuitem', { name: 'Decision' }).click();
    await page.getByRole('dialog').getByLabel('Decision').fill('pay');
    await check(page, 'demand dialog');
    await page.getByTestId('demand-save').click();
    await page.getByTestId('case-stage').filter({ hasText: 'Decision' }).waitFor();
    assert.equal(mock.state.cases.find((each) => each.number === 'CLM-000010').stage, 'decision');
  },
  async 'priority, due date, labels, requester and title are changed where they stand, by key and by hand'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000013/overview`);
    await page.getByTestId('case-title').waitFor();
    const item = mock.state.cases.find((each) => each.number === 'CLM-000013');
    const until = async (what, wanted) => {
      for (let tries = 0; !wanted() && tries < 100; tries += 1) await page.waitForTimeout(50);
      assert.ok(wanted(), what);
    };
    await page.keyboard.press('p');
    await page.getByRole('menuitem', { name: 'High' }).waitFor();
    await check(page, 'priority menu');
    await page.getByRole('menuitem', { name: 'High' }).click();
    await until('priority', () => item.priority === 90);
    await page.keyboard.press('d');
    await page.getByTestId('due-input').fill('2027-01-15T10:30');
    await check(page, 'due popover');
    await page.keyboard.press('Enter');
    await until('due date', () => item.dueAt?.startsWith('2027-01-15') === true);
    await page.getByTestId('due-input').waitFor({ state: 'detached' });
    await page.keyboard.press('l');
    await page.getByTestId('labels-input').fill('urgent');
    await page.keyboard.press('Enter');
    await check(page, 'labels popover');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await until('labels', () => item.labels.includes('urgent'));
    await page.getByTestId('case-requester').click();
    await page.getByTestId('requester-name').fill('Clara Weiss');
    await page.keyboard.press('Enter');
    await until('requester', () => item.requester?.name === 'Clara Weiss');
    await page.getByTestId('title-edit').click();
    await page.getByTestId('title-input').fill('Kitchen under water');
    await page.keyboard.press('Enter');
    await until('title', () => item.title === 'Kitchen under water');
  },
  async 'closing asks for a reason and names the work that ends with the case'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000013/overview`);
    await page.getByTestId('choose-check').click();
    await page.getByRole('menuitem', { name: 'Closed' }).click();
    await page.getByTestId('status-reason').fill('Paid out');
    await page.getByTestId('close-warning').waitFor();
    await check(page, 'closing');
    await page.getByTestId('status-confirm').click();
    await page.getByTestId('close-reason').getByText('Paid out').waitFor();
  },
  async 'a supervisor takes a task away and hands it over'(page, mock) {
    const task = mock.state.tasks.find((each) => each.assignee === 'ben') ?? mock.state.tasks[5];
    task.assignee = 'ben';
    await page.goto(`${mock.url}/tasks/${task.id}`);
    await page.getByTestId('task-assign').click();
    await page.getByRole('option', { name: 'Clara Lindqvist' }).click();
    await page.getByTestId('task-assign').waitFor();
    for (let tries = 0; task.assignee !== 'clara' && tries < 60; tries += 1) await page.waitForTimeout(50);
    assert.equal(task.assignee, 'clara');
    await page.getByTestId('task-release').click();
    await page.getByTestId('task-claim').waitFor();
  },
  async 'the board and home count what their lists hold'(page, mock) {
    await page.goto(mock.url);
    await page.getByTestId('figure-at-risk').and(page.locator('[data-value]')).waitFor();
    for (const figure of ['cases', 'unassigned', 'at-risk']) {
      const counted = await page.getByTestId(`figure-${figure}`).getAttribute('data-value');
      await page.getByTestId(`figure-${figure}`).click();
      await page
        .getByRole('status')
        .filter({ hasText: new RegExp(`^${counted} case`) })
        .waitFor();
      await page.goBack();
      await page.getByTestId(`figure-${figure}`).and(page.locator('[data-value]')).waitFor();
    }
    await page.goto(`${mock.url}/cases/board`);
    const column = page.getByTestId('board-column').first();
    await page.locator('[data-testid="board-column"][data-total]').first().waitFor();
    const open = mock.state.cases.filter(
      (item) => item.definition === 'claim' && item.stage === 'intake' && item.statusKind !== 'closed',
    ).length;
    assert.equal(Number(await column.getAttribute('data-total')), open);
    const shown = await column.getByTestId('board-card').count();
    await column.getByTestId('board-more').click();
    for (let tries = 0; (await column.getByTestId('board-card').count()) <= shown && tries < 60; tries += 1)
      await page.waitForTimeout(50);
    assert.equal(await column.getByTestId('board-card').count(), Math.min(open, 80));
  },
  async 'who may only read is offered nothing else, and a page opened by its address says so'(page) {
    const mock = await startMock({
      cases: 40,
      roles: ['process-developer'],
      permissions: ['case:read', 'task:read', 'notification:read', 'form:read', 'queue:read', 'user:read'],
    });
    // Another server is another host; nothing foreign is asked by it.
    const { context, page: reader } = await newPage(page.context().browser(), mock, {
      viewport: { width: 1280, height: 844 },
      reducedMotion: 'reduce',
    });
    reader.setDefaultTimeout(10_000);
    await reader.goto(`${mock.url}/cases/CLM-000005/overview`);
    await reader.getByTestId('timeline-item').first().waitFor();
    for (const testId of [
      'comment-text',
      'title-edit',
      'choose-stage',
      'choose-check',
      'case-assignee',
      'assign-to-me',
      'case-priority',
      'case-due',
    ])
      assert.equal(await reader.getByTestId(testId).count(), 0, testId);
    assert.equal(await reader.getByRole('link', { name: 'New case' }).count(), 0);
    assert.equal(await reader.getByRole('link', { name: 'Deploy' }).count(), 0);
    await check(reader, 'read only case');
    await reader.getByTestId('tab-mail').click();
    await reader.getByTestId('mail-message').first().waitFor();
    assert.equal(await reader.getByTestId('reply-text').count(), 0);
    assert.equal(
      mock.state.cases.find((each) => each.number === 'CLM-000005').unreadMailCount,
      2,
      'looking on marked the mail as read',
    );
    for (const path of ['/deploy', '/incidents', '/mails', '/cases/new', '/cases/new?definition=claim']) {
      await reader.goto(mock.url + path);
      await reader.getByText('You have no access to this').waitFor();
      await check(reader, `no access to ${path}`);
    }
    await reader.goto(`${mock.url}/tasks/task-1`);
    await reader.locator('.fjs-form-field input').first().waitFor();
    for (const testId of ['task-claim', 'task-assign', 'task-release', 'task-complete'])
      assert.equal(await reader.getByTestId(testId).count(), 0, testId);
    await context.close();
    await mock.stop();
  },
  async 'a queue with nothing to take says so'(page, mock) {
    await page.goto(mock.url);
    await page.getByTestId('take-next').first().click();
    await page.getByText('There is nothing to take from this queue').waitFor();
    assert.equal(await page.getByTestId('take-next').nth(1).isDisabled(), true);
  },
  async 'one change elsewhere is two questions, however much is loaded'(page, mock) {
    await page.goto(`${mock.url}/cases`);
    await page.getByTestId('case-row').first().waitFor();
    await page.locator('text=Live').waitFor();
    const list = page.getByRole('region', { name: 'Cases' });
    for (let tries = 0; tries < 40; tries += 1) {
      await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
      await page.waitForTimeout(60);
    }
    const asked = [];
    page.on('request', (request) => {
      if (/api\/v1\/cases\?/.test(request.url())) asked.push(request.url());
    });
    const item = mock.state.cases.find((each) => each.number === 'CLM-000230');
    item.title = titleOf(230);
    mock.touch(item, 'case-changed');
    await list.evaluate((node) => node.scrollTo(0, 0));
    await page.getByText(titleOf(230)).waitFor({ timeout: 4_000 });
    assert.ok(asked.length <= 2, `${asked.length} requests`);
  },
  async 'a case created elsewhere appears in the list without reload'(page, mock) {
    await page.goto(`${mock.url}/cases`);
    await page.getByTestId('case-row').first().waitFor();
    await page.locator('text=Live').waitFor();
    const item = mock.makeCase(900, {
      id: 'live',
      number: 'CLM-009001',
      title: 'Arrived by mail just now',
      updatedAt: new Date().toISOString(),
    });
    mock.state.cases.unshift(item);
    mock.emit('cases', 'case', item.id, 'case-created');
    await page.getByText('Arrived by mail just now').waitFor({ timeout: 3_000 });
  },
  async 'only the rows in view are in the document'(page, mock) {
    await page.goto(`${mock.url}/cases`);
    await page.getByTestId('case-row').first().waitFor();
    assert.ok((await page.getByTestId('case-row').count()) <= 60);
  },
  async 'filters live in the URL and survive a reload'(page, mock) {
    await page.goto(`${mock.url}/cases`);
    await page.getByRole('searchbox').fill('roof');
    await page.waitForURL(/search=roof/);
    await page.reload();
    await page.getByTestId('case-row').first().waitFor();
    assert.equal(await page.getByRole('searchbox').inputValue(), 'roof');
    for (const title of await page.getByTestId('case-row').locator('th').allInnerTexts()) assert.match(title, /roof/i);
  },
  async 'j and Enter open a case by keyboard'(page, mock) {
    await page.goto(`${mock.url}/cases`);
    await page.getByTestId('case-row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByTestId('case-title').waitFor();
  },
  async 'the palette finds a case and passes axe'(page, mock) {
    await page.goto(`${mock.url}/`);
    await page.locator('#main h1').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(/Search cases and tasks/).fill('CLM-000004');
    await page.getByText('CLM-000004 Stolen bicycle').first().waitFor();
    await check(page, 'palette');
    await page.locator('.mantine-Spotlight-actionLabel', { hasText: 'CLM-000004 Stolen bicycle' }).first().click();
    await page.getByTestId('case-title').waitFor();
  },
  async 'a task is claimed, its form refuses mistakes of browser and server, and completing leads to the next one'(
    page,
    mock,
  ) {
    await page.goto(`${mock.url}/tasks/task-4`);
    await page.getByTestId('task-claim').click();
    await page.getByTestId('task-complete').waitFor();
    await page.locator('.fjs-form-field input').first().waitFor();
    const amount = page.getByLabel(/Amount/);
    await amount.fill('');
    await page.getByTestId('task-complete').click();
    await page.getByTestId('form-errors').waitFor();
    assert.ok(await page.getByTestId('form-errors').evaluate((node) => node === document.activeElement));
    await check(page, 'form errors');
    await amount.fill('666');
    await page.getByLabel(/Reasons/).fill('Covered, see the policy.');
    await page.getByTestId('task-complete').click();
    await page.getByTestId('form-errors').getByText('must not be 666').waitFor();
    await page.locator('.fjs-form-field-error', { hasText: 'must not be 666' }).waitFor();
    await amount.fill('700');
    await page.getByTestId('task-complete').click();
    await page.waitForURL((url) => !url.pathname.includes('task-4'));
  },
  async 'what was typed into a form survives a reload'(page, mock) {
    await page.goto(`${mock.url}/tasks/task-0`);
    await page.getByLabel(/What is missing/).fill('The invoice');
    await page.getByLabel(/What is missing/).blur();
    await page.waitForFunction(() =>
      Object.keys(sessionStorage).some(
        (name) => name.endsWith('/task.task-0') && sessionStorage.getItem(name).includes('invoice'),
      ),
    );
    await page.reload();
    await page.locator('.fjs-form-field input').first().waitFor();
    assert.equal(await page.getByLabel(/What is missing/).inputValue(), 'The invoice');
  },
  async 'a comment is drafted, kept over a reload and sent'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000004/overview`);
    await page.getByTestId('comment-text').fill('Called the police, number 4711.');
    await page.reload();
    assert.equal(await page.getByTestId('comment-text').inputValue(), 'Called the police, number 4711.');
    await page.getByTestId('comment-send').click();
    await page.locator('[data-kind="comment-added"]', { hasText: 'number 4711' }).waitFor();
    assert.equal(await page.getByTestId('comment-text').inputValue(), '');
  },
  async 'an answer goes out with an attachment and its delivery is shown'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000005/mail`);
    await page.getByTestId('reply-text').fill('Thank you, that is all we need.');
    await page
      .getByTestId('reply-files')
      .setInputFiles({ name: 'terms.txt', mimeType: 'text/plain', buffer: Buffer.from('terms') });
    await page.getByTestId('reply-send').click();
    await page
      .getByTestId('mail-message')
      .filter({ hasText: 'that is all we need' })
      .locator('[data-state="sent"]')
      .waitFor();
  },
  async 'hostile mail is inert'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000005/mail`);
    const body = page.frameLocator('iframe').first();
    await body.getByText('please find the').waitFor();
    assert.equal(await body.locator('script, form, input, [style*="position"], img[src^="http"]').count(), 0);
    assert.match(await page.title(), /Casewright$/);
  },
  async 'image, PDF and text attachments are previewed'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000005/mail`);
    await page.getByTestId('mail-attachment').filter({ hasText: 'estimate.pdf' }).click();
    await page.locator('[data-testid="attachment-preview"] canvas[data-rendered="true"]').waitFor();
    await check(page, 'pdf preview');
    await page.keyboard.press('Escape');
    await page.getByTestId('mail-attachment').filter({ hasText: 'kitchen.png' }).click();
    await page.waitForFunction(
      () => (document.querySelector('[data-testid="attachment-preview"] img')?.naturalWidth ?? 0) > 0,
    );
    await page.keyboard.press('Escape');
    await page.getByTestId('mail-attachment').filter({ hasText: 'notes.txt' }).click();
    await page.getByTestId('attachment-preview').getByText('flat above').waitFor();
  },
  async 'a document is uploaded, a refused one says why'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000004/documents`);
    const input = page.getByTestId('document-drop').locator('input');
    await input.setInputFiles([
      { name: 'report.txt', mimeType: 'text/plain', buffer: Buffer.from('x'.repeat(2_000)) },
      { name: 'virus.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ]);
    await page.getByTestId('document-open').filter({ hasText: 'report.txt' }).waitFor();
    await page.getByText('Programs are not accepted.').waitFor();
  },
  async 'a change of someone else is shown before it is overwritten'(page, mock) {
    await page.goto(`${mock.url}/cases/CLM-000007/fields`);
    await page.getByLabel('Policy number').fill('P-NEW');
    const item = mock.state.cases.find((each) => each.number === 'CLM-000007');
    item.fields.policyNumber = 'P-THEIRS';
    item.version += 1;
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByTestId('conflict-table').getByText('P-THEIRS').waitFor();
    await check(page, 'conflict dialog');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await page.waitForFunction(() => document.querySelector('[data-testid="conflict-table"]') === null);
    for (let tries = 0; item.fields.policyNumber !== 'P-NEW' && tries < 50; tries += 1) await page.waitForTimeout(50);
    assert.equal(item.fields.policyNumber, 'P-NEW');
  },
  async 'a card is moved by menu and by dragging'(page, mock) {
    await page.goto(`${mock.url}/cases/board`);
    const card = page.getByTestId('board-card').filter({ hasText: 'CLM-000004' });
    await card.getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Decision' }).click();
    await page.locator('section[aria-label="Decision"]').getByText('CLM-000004').waitFor();
    await page
      .getByTestId('board-card')
      .filter({ hasText: 'CLM-000007' })
      .dragTo(page.locator('section[aria-label="Assessment"]'), { targetPosition: { x: 60, y: 30 } });
    await page.locator('section[aria-label="Assessment"]').getByText('CLM-000007').waitFor();
  },
  async 'a refused deployment names file, line and element'(page, mock) {
    await page.goto(`${mock.url}/deploy`);
    await page
      .getByTestId('deploy-drop')
      .locator('input')
      .setInputFiles({ name: 'broken.bpmn', mimeType: 'application/xml', buffer: Buffer.from('<broken/>') });
    await page.getByTestId('deploy-start').click();
    await page.getByTestId('diagnostics').getByText('4:3').waitFor();
    await page.getByTestId('diagnostics').getByText('order-process').waitFor();
    await check(page, 'diagnostics');
  },
  async 'the diagram has a twin and both select the same element'(page, mock) {
    await page.goto(`${mock.url}/instances/pi-1`);
    await page.locator('[data-testid="diagram"][data-drawn="true"]').waitFor();
    assert.ok((await page.locator('.cw-count').count()) > 0);
    await page.getByTestId('diagram-twin').click();
    await page.getByRole('button', { name: 'Assess claim' }).click();
    await page.getByRole('heading', { name: 'Assess claim' }).waitFor();
    await check(page, 'diagram twin');
  },
  async 'notifications are read and the bell counts down live'(page, mock) {
    await page.goto(`${mock.url}/inbox`);
    await page.getByTestId('notification').first().waitFor();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.locator('[data-testid="notification-bell"][data-unread="0"]').waitFor();
  },
  async 'shortcuts help opens with ?, g c goes to the cases, and neither fires while typing'(page, mock) {
    await page.goto(`${mock.url}/`);
    await page.locator('#main h1').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await check(page, 'shortcuts help');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.waitForURL(/\/cases$/);
    await page.getByRole('searchbox').pressSequentially('gt?');
    assert.match(new URL(page.url()).pathname, /^\/cases$/);
  },
  async 'the first Tab reaches the skip link'(page, mock) {
    await page.goto(`${mock.url}/tasks`);
    await page.getByTestId('task-row').first().waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content');
  },
  async 'a reload keeps the session without a new sign-in'(page, mock) {
    await page.goto(`${mock.url}/tasks`);
    await page.getByTestId('task-row').first().waitFor();
    let authorized = 0;
    page.on('request', (request) => {
      if (request.url().includes('/auth/authorize')) authorized += 1;
    });
    await page.reload();
    await page.getByTestId('task-row').first().waitFor();
    assert.equal(authorized, 0);
    assert.equal(
      await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }).includes('eyJ')),
      false,
      'an access token was stored',
    );
  },
  async 'the portal speaks German'(page, mock) {
    await page.goto(`${mock.url}/`);
    await page.getByRole('button', { name: 'Account' }).click();
    await check(page, 'account menu');
    await page.getByRole('menuitem', { name: 'Deutsch' }).click();
    await page.getByRole('link', { name: 'Meine Arbeit' }).first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  },
};

const browser = await launch();
if (only !== 'scenarios') {
  const mock = await startMock();
  await screens(browser, mock);
  await mock.stop();
}
let passed = 0;
for (const [name, run] of Object.entries(scenarios)) {
  if (only !== '' && only !== 'scenarios' && !name.includes(only)) continue;
  const mock = await startMock({ cases: 240 });
  const { context, page } = await newPage(browser, mock, {
    viewport: { width: 1280, height: 844 },
    reducedMotion: 'reduce',
  });
  page.setDefaultTimeout(10_000);
  try {
    await run(page, mock);
    passed += 1;
  } catch (error) {
    problems.push(
      `${name}: ${String(error.message ?? error)
        .split('\n')
        .slice(0, 6)
        .join(' ')}`,
    );
  }
  await context.close();
  await mock.stop();
}
await browser.close();
for (const problem of new Set(problems)) console.error(`✗ ${problem}`);
console.log(
  `${SCREENS.length} screens x 3, ${passed} of ${Object.keys(scenarios).length} scenarios, ${new Set(problems).size} problems`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
