// Walks every screen against the mock: no console error, no foreign host, no axe violation (WCAG 2.0-2.2 A and AA) in light and dark, at 1280 and
// 390 px; then what only the mock can give: many cases, other roles, hostile mail. What people do on a real platform is in e2e/.
//   node dev/smoke.mjs [screen-name-part]     (needs `npm run build` first)
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { launch } from './browser.mjs';
import { startMock } from './mock-server.mjs';
import { SCREENS } from './screen-list.mjs';
import { listScenarios } from './smoke-lists.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// By its digest: the style of the hostile mail, refused where it is read for being cleaned. All other styles are ours and are let through.
const STYLE_OF_A_STRANGER = 'sha256-xdOW9WPxjmsgMWqqSLFgKJ2bieDNwQcOGxoh2ljPIYQ=';
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
    if (message.text().includes(STYLE_OF_A_STRANGER)) return;
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
  ...listScenarios(check),
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
  async 'only the rows in view are in the document'(page, mock) {
    await page.goto(`${mock.url}/cases`);
    await page.getByTestId('case-row').first().waitFor();
    assert.ok((await page.getByTestId('case-row').count()) <= 60);
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
