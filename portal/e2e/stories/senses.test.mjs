// However somebody reads the portal: by keyboard (F-05), in the colours of their system and with wide letters (F-08), in another language (F-09),
// in the dark (F-10), and after their session has ended while they wrote (F-12).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, openCase, person } from '../support/people.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

let browser;
before(async () => {
  await prepareStories();
  browser = await launch();
});
after(() => browser?.close());

/** Where the keyboard is, and how that shows. */
const focused = (page) =>
  page.evaluate(() => {
    const node = document.activeElement;
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const above = document.elementFromPoint(x, y);
    return {
      what: `${node.tagName} ${node.getAttribute('aria-label') ?? node.textContent.slice(0, 40)}`,
      isBody: node === document.body,
      inView: y >= 0 && y <= innerHeight && x >= 0 && x <= innerWidth,
      // A box to tick lies in the element that shows it.
      uncovered: above !== null && (node.contains(above) || above.contains(node) || node.parentElement.contains(above)),
      ring: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth),
    };
  });

test('F-05: the keyboard goes through a page in order, is always seen, and comes back from a dialog', async () => {
  const item = await openCase('Beacon');
  const { page, context } = await person(browser, 'anna');
  for (const path of ['/cases?search=beacon', `/cases/${item.number}/overview`, '/tasks', '/inbox']) {
    await page.goto(url + path);
    await page.locator('#main h1').waitFor();
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
    for (let steps = 0; steps < 45; steps += 1) {
      await page.keyboard.press('Tab');
      const at = await focused(page);
      if (at.isBody) break;
      assert.ok(at.inView, `${path}: ${at.what} is out of view`);
      assert.ok(at.uncovered, `${path}: ${at.what} is covered`);
      assert.ok(at.ring >= 2, `${path}: ${at.what} has a ring of ${at.ring} px`);
    }
  }
  await page.goto(`${url}/cases/${item.number}/overview`);
  for (const [key, opened] of [
    ['?', page.getByRole('dialog', { name: 'Keyboard shortcuts' })],
    ['Control+k', page.getByRole('textbox', { name: 'Search and commands' })],
    ['p', page.getByRole('menuitem', { name: 'High' })],
    ['l', page.getByTestId('labels-input')],
  ]) {
    const tab = page.getByTestId('tab-overview');
    await tab.focus();
    await page.keyboard.press(key);
    await opened.waitFor();
    const moved = () => tab.evaluate((node) => ![node, document.body].includes(document.activeElement));
    await until(`the keyboard in what ${key} opens`, moved, 5_000);
    await page.keyboard.press('Escape');
    await opened.waitFor({ state: 'detached' });
    await until(`the focus after ${key}`, async () => !(await focused(page)).isBody, 5_000);
  }
  await context.close();
});

test('F-08: in the colours of the system what is current is told by lines', async () => {
  const item = await openCase('Bell buoy');
  const { page, context } = await person(browser, 'anna', `/cases/${item.number}/overview`);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await page.getByTestId('case-stage').waitFor();
  /** How two elements of a kind look: what differs between them is what tells them apart. */
  const looks = (one, other, pseudo) =>
    page.evaluate(
      ([first, second, part]) =>
        [first, second].map((selector) => {
          const style = getComputedStyle(document.querySelector(selector), part ?? undefined);
          return [
            style.borderBottomColor,
            style.borderBottomWidth,
            style.backgroundColor,
            style.outlineStyle,
            style.height,
          ].join();
        }),
      [one, other, pseudo],
    );
  const differ = async (what, ...args) => {
    const [one, other] = await looks(...args);
    assert.notEqual(one, other, `${what}: the current one looks like the others`);
  };
  await differ('tabs', '[data-testid="tab-overview"]', '[data-testid="tab-mail"]');
  await differ(
    'stages',
    '.cw-step[data-state="current"]',
    '.cw-step[data-state="open"], .cw-step:not([data-state="current"])',
    '::before',
  );
  await differ('navigation', '.cw-navlink[aria-current="page"]', '.cw-navlink:not([aria-current])');
  await page.goto(`${url}/cases`);
  await page.getByTestId('case-row').first().waitFor();
  await differ(
    'list or board',
    '.mantine-SegmentedControl-label[data-active]',
    '.mantine-SegmentedControl-label:not([data-active])',
  );
  assert.equal(
    await page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length),
    0,
  );
  await context.close();
});

test('F-08: with wide letters and lines nothing that names a case is cut off', async () => {
  await openCase('Bowsprit');
  const { page, context } = await person(browser, 'anna', '/cases?search=bowsprit');
  await page.getByTestId('case-row').first().waitFor();
  await page.evaluate(() => {
    // As long as a time that is past is told in the English of this browser.
    for (const time of document.querySelectorAll('td time')) time.textContent = '59 min ago';
    for (const node of document.querySelectorAll('body *')) {
      node.style.letterSpacing = '0.12em';
      node.style.wordSpacing = '0.16em';
      node.style.lineHeight = '1.5';
    }
  });
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('td .cw-num, h1, button, .cw-navlink')]
      .filter((node) => {
        const holder = node.closest('td') ?? node;
        return node.offsetParent !== null && holder.scrollWidth > holder.clientWidth + 1;
      })
      .map((node) => node.textContent),
  );
  assert.deepEqual(cut, []);
  await context.close();
});

/** The pages that somebody who works with cases sees most. */
const walk = (item) => [
  '/',
  '/cases?search=capstan',
  `/cases/${item.number}/overview`,
  `/cases/${item.number}/documents`,
  '/tasks',
  '/inbox',
  '/search',
  '/account',
];

test('F-09: everything that the portal itself says is translated, and fits when it is a third longer', async () => {
  const item = await openCase('Capstan');
  const { page, context } = await person(browser, 'anna', '/?locale=en-XA');
  for (const path of walk(item)) {
    await page.goto(url + path);
    await page.locator('#main h1').waitFor();
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
    const plain = await page.evaluate(() =>
      // Names of controls and columns are the portal's; what they hold may be data.
      [...document.querySelectorAll('label, thead th, nav[aria-label] a, legend, button')]
        .filter(
          (node) =>
            node.offsetParent !== null &&
            node.closest('[data-testid="search-help"], [data-testid="told"], tbody, [data-testid="pinned-view"]') ===
              null,
        )
        .map((node) => node.innerText.trim())
        .filter((text) => /[a-z]{4}/i.test(text) && !/[áçðéĝĥíĵķļñóŕšţúŵýž~]/.test(text)),
    );
    assert.deepEqual(
      plain.filter(
        (text) =>
          !/Anna Meyer|Ben Okafor|Capstan|Intake|Decision|Open|Ctrl K|Stories|Claims desk|Large losses/.test(text),
      ),
      [],
      path,
    );
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(sideways, 0, path);
  }
  assert.deepEqual(await accessibility(page), []);
  await context.close();
});

/** English text -> translation, of a catalogue that is a table of strings. */
async function catalogue(file) {
  const source = await readFile(new URL(`../../src/i18n/${file}.ts`, import.meta.url), 'utf8');
  const text = String.raw`(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")`;
  const entries = source.matchAll(new RegExp(String.raw`^  (?:${text}|(\w+)):\s+${text},$`, 'gm'));
  return new Map([...entries].map(([, a, b, word, c, d]) => [a ?? b ?? word, c ?? d]));
}

for (const [language, file] of [
  ['de', 'de'],
  ['pt-BR', 'pt-br'],
])
  test(`F-09: in ${language} no control has an English name, and none is cut off`, async () => {
    const translations = await catalogue(file);
    assert.ok(translations.size > 1_000, `${translations.size} texts were read`);
    const own = new Set(translations.values());
    const item = await openCase('Capstan');
    const { page, context } = await person(browser, 'anna', `/?locale=${language}`);
    for (const path of walk(item)) {
      await page.goto(url + path);
      await page.locator('#main h1').waitFor();
      await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.documentElement.lang), language, path);
      const [names, cut] = await page.evaluate(() => {
        const controls = [
          ...document.querySelectorAll('h1, h2, label, thead th, nav a, legend, button, .cw-tab'),
        ].filter(
          (node) =>
            node.offsetParent !== null &&
            node.closest('tbody, [data-testid="search-help"], [data-testid="told"], [data-testid="pinned-view"]') ===
              null,
        );
        // What only a screen reader says is a pixel wide.
        const isCut = (node) =>
          node.clientWidth > 1 &&
          [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE) &&
          getComputedStyle(node).overflowX === 'hidden' &&
          node.scrollWidth > node.clientWidth + 1;
        return [
          controls.flatMap((node) => [node.innerText.trim(), node.getAttribute('aria-label') ?? '']),
          controls.filter((node) => [node, ...node.querySelectorAll('*')].some(isCut)).map((node) => node.innerText),
        ];
      });
      const english = names.filter(
        (name) => !own.has(name) && translations.has(name) && translations.get(name) !== name,
      );
      assert.deepEqual(english, [], path);
      assert.ok(
        names.some((name) => own.has(name) && !translations.has(name)),
        `${path} says nothing in ${language}`,
      );
      assert.deepEqual(cut, [], path);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(sideways, 0, path);
    }
    assert.deepEqual(await accessibility(page), []);
    await context.close();
  });

test('F-09: in every language columns of times hold the longest that they can say', async () => {
  await openCase('Capstan');
  const { page, context } = await person(browser, 'anna');
  for (const language of ['en', 'de', 'pt-BR', 'en-XA'])
    for (const [path, row] of [
      ['/cases?search=capstan&columns=number,title,due,created,updated', 'case-row'],
      ['/tasks?show=all', 'task-row'],
    ]) {
      await page.goto(`${url}${path}&locale=${language}`);
      await page.getByTestId(row).first().waitFor();
      const cut = await page.evaluate(() => {
        const told = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto', style: 'short' });
        const most = { year: 12, month: 12, week: 4, day: 6, hour: 23, minute: 59 };
        const texts = Object.entries(most).flatMap(([unit, count]) =>
          [1, 2, count].map((each) => told.format(-each, unit)),
        );
        const times = [...document.querySelectorAll('td time')].filter((node) => node.offsetParent !== null);
        // The first as it is: "just now", in the language.
        return [null, ...texts].flatMap((text) =>
          times
            .filter((time) => {
              if (text !== null) time.textContent = text;
              const cell = time.closest('td');
              return cell.scrollWidth > cell.clientWidth;
            })
            .map((time) => time.textContent),
        );
      });
      assert.deepEqual(cut, [], `${language} ${path}`);
    }
  await context.close();
});

test('F-10: a page is dark from its first paint on where the system is, and what somebody chose stays', async () => {
  const context = await browser.newContext({ colorScheme: 'dark', viewport: { width: 800, height: 600 } });
  const page = await context.newPage();
  const scripts = [];
  // The page without the portal's own script is what is painted first.
  await page.route('**/assets/*.js', (route) => scripts.push(route));
  await page.goto(url, { waitUntil: 'commit' });
  const first = () =>
    page.evaluate(() => [
      document.documentElement.getAttribute('data-mantine-color-scheme'),
      getComputedStyle(document.body).backgroundColor,
    ]);
  await until('the style sheet', async () => (await first())[1] === 'rgb(18, 24, 31)');
  assert.equal((await first())[0], 'dark');
  await context.close();
  const anna = await person(browser, 'anna');
  await anna.page.getByRole('button', { name: 'Dark theme' }).click();
  await anna.page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  await anna.page.reload();
  await anna.page.getByRole('button', { name: 'Light theme' }).waitFor();
  await anna.context.close();
});

test('F-12: a session that ends while a form is filled in costs a sign-in and no word', async () => {
  const item = await openCase('Driftwood', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It lies on the pier.' },
  });
  const task = await until('the first task', async () => (await ask('anna', 'GET', `/tasks?case=${item.id}`)).items[0]);
  await ask('anna', 'POST', `/tasks/${task.id}/claim`);
  const { page, context } = await person(browser, 'anna', `/tasks/${task.id}`);
  await page.getByLabel('What is missing').fill('The bill of the carpenter');
  await page.getByLabel('What is missing').blur();
  await page.waitForFunction(() => Object.values(sessionStorage).some((text) => text.includes('carpenter')));
  await ask('root', 'DELETE', '/accounts/anna/sessions');
  await page.getByTestId('task-complete').click();
  await page.locator('input[name="username"]').waitFor();
  await page.locator('input[name="username"]').fill('anna');
  await page.locator('input[name="password"]').fill('anna-demo-1');
  await page.locator('button[type="submit"]').click();
  await page.waitForURL(`**/tasks/${task.id}`);
  await page.getByLabel('What is missing').waitFor();
  assert.equal(await page.getByLabel('What is missing').inputValue(), 'The bill of the carpenter');
  assert.equal((await ask('anna', 'GET', `/tasks/${task.id}`)).assignee, 'anna');
  await context.close();
});
