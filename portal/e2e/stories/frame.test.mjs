// The frame around every page, for everybody: what is offered is what is allowed, every page loads by its address (F-01) with its landmarks
// (F-02), without violations of accessibility (F-03), requests to others (F-13) and complaints (F-15), and fits a telephone held upright (F-07).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, openCase, person } from '../support/people.mjs';
import { allows, places } from '../support/places.mjs';
import { until, url } from '../support/platform.mjs';
import { prepareStories } from '../support/stories.mjs';

const LOADING = '[role="status"][aria-label="Loading"], .mantine-Skeleton-root';
const PEOPLE = [
  { user: 'anna', colorScheme: 'light', width: 1280 },
  { user: 'ben', colorScheme: 'dark', width: 1280 },
  { user: 'dana', colorScheme: 'light', width: 390 },
  { user: 'root', colorScheme: 'dark', width: 390 },
];

let browser;
let table;
let inside;
before(async () => {
  await prepareStories();
  browser = await launch();
  table = await places();
  inside = await pagesInside();
});
after(() => browser?.close());

/** Pages that no entry of the navigation leads to, each with who may open it. */
async function pagesInside() {
  const item = await openCase('Frame of a door', {
    definition: 'claim',
    fields: { policyNumber: 'HB-204118', damage: 'water', description: 'It is warped.' },
  });
  const task = await until('the first task', async () => (await ask('anna', 'GET', `/tasks?case=${item.id}`)).items[0]);
  const { processInstances } = await ask('anna', 'GET', `/cases/${item.id}`);
  const tabs = ['overview', 'tasks', 'mail', 'documents', 'process', 'fields'].map(
    (tab) => `/cases/${item.number}/${tab}`,
  );
  const [model] = (await ask('dana', 'GET', '/process-definitions?latest=true')).items;
  return {
    anna: [
      ...tabs,
      `/tasks/${task.id}`,
      '/cases/new',
      '/cases/new?definition=claim',
      '/cases/changes',
      '/inbox/preferences',
    ],
    ben: [...tabs, `/tasks/${task.id}?tab=process`, '/mail-templates/new', '/account', '/about'],
    dana: [`/processes/${encodeURIComponent(model.id)}`, '/definitions/claim', '/account'],
    root: [
      `/instances/${processInstances[0].id}`,
      `/cases/${item.number}/overview`,
      '/definitions/complaint',
      '/about',
    ],
  };
}

/** A page as somebody sees it who has just opened it by its address. */
async function look(page, path) {
  await page.goto(url + path);
  await page.locator('#main h1').waitFor();
  await page.locator(LOADING).first().waitFor({ state: 'detached' });
  return page.evaluate(() => {
    const tabbable = [...document.querySelectorAll('a[href], button, input, [tabindex="0"]')];
    return {
      title: document.title,
      headings: document.querySelectorAll('h1').length,
      landmarks: ['header', 'nav', 'main'].filter((name) => document.querySelector(name) === null),
      first: tabbable[0]?.textContent,
      sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  });
}

function frameIsWhole(seen, path) {
  assert.match(seen.title, / · Casewright$/, path);
  assert.deepEqual(
    { ...seen, title: '' },
    { title: '', headings: 1, landmarks: [], first: 'Skip to content', sideways: 0 },
    path,
  );
}

for (const { user, colorScheme, width } of PEOPLE) {
  test(`R-01 F-01 F-02 F-03 F-13 F-15: ${user} finds what is allowed and nothing else, in ${colorScheme} at ${width} px`, async () => {
    const { permissions } = await ask(user, 'GET', '/me');
    const one = await person(browser, user);
    const { page } = one;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const elsewhere = [];
    const refused = [];
    page.on('request', (request) => {
      if (/^http/.test(request.url()) && new URL(request.url()).host !== new URL(url).host)
        elsewhere.push(request.url());
    });
    page.on('response', (response) => {
      if (response.status() >= 400)
        refused.push(`${new URL(page.url()).pathname}: ${response.status()} ${response.url()}`);
    });
    const offered = await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => new URL(link.href).pathname));
    await page.setViewportSize({ width, height: 844 });
    for (const { path, needs } of table) {
      const may = allows(permissions, needs);
      assert.equal(offered.includes(path), may, `${path} in the navigation of ${user}`);
      frameIsWhole(await look(page, path), path);
      const denied = page.getByText('You have no access to this');
      assert.equal((await denied.count()) === 0, may, `${path} for ${user}`);
      assert.deepEqual(await accessibility(page), [], path);
      // What is refused was offered by mistake; a page that says no does not ask.
      assert.deepEqual(refused.splice(0), []);
    }
    for (const path of inside[user]) {
      frameIsWhole(await look(page, path), path);
      assert.deepEqual(await accessibility(page), [], path);
      assert.deepEqual(refused.splice(0), []);
    }
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(one.seen.errors, []);
    await one.context.close();
  });
}

test('F-07: at 320 px, which is 400 % of a small screen, no page scrolls sideways', async () => {
  const { page, context } = await person(browser, 'ben');
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of [...table.map((place) => place.path), ...inside.ben, ...inside.anna])
    assert.equal((await look(page, path)).sideways, 0, path);
  await context.close();
});

test('F-13: pages run no script and no style but their own', async () => {
  const policy = (await fetch(url)).headers.get('content-security-policy');
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*(?!\.)/);
});

test('F-01: going back leads through the list as it was, and a reload stays', async () => {
  const { page, context } = await person(browser, 'anna', '/cases?search=door&sort=number');
  await page.getByTestId('case-row').first().getByRole('link').first().click();
  await page.getByTestId('case-title').waitFor();
  await page.getByTestId('tab-documents').click();
  await page.waitForURL(/\/documents$/);
  await page.reload();
  await page.getByTestId('document-drop').waitFor();
  await page.goBack();
  await page.waitForURL(/\/cases\?/);
  assert.equal(await page.getByRole('searchbox').inputValue(), 'door');
  await page.goForward();
  await page.getByTestId('document-drop').waitFor();
  await context.close();
});
