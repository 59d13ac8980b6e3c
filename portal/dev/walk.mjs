// Walks through every screen of a real platform (the demo with its mails delivered), with pictures in light and dark, wide and narrow,
// and says what a console, a response or a page complained about.
//   CASEWRIGHT_URL=http://127.0.0.1:8080 node dev/walk.mjs [part of a screen's name] [--widths=1280,390] [--schemes=light,dark] [--users=anna,ben,dana,root] [--axe]
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch, signIn, url } from './real.mjs';

const option = (name, fallback) =>
  (process.argv.find((each) => each.startsWith(`--${name}=`))?.split('=')[1] ?? fallback).split(',');
const only = process.argv[2]?.startsWith('--') ? '' : (process.argv[2] ?? '');
const out = process.env.SHOTS ?? new URL('../.shots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });

const axe = process.argv.includes('--axe')
  ? readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  : null;

const see = (selector) => (page) => page.locator(selector).first().waitFor({ timeout: 8_000 });
const diagram = see('[data-testid="diagram"][data-drawn="true"]');

async function screens(api, user) {
  const cases = (await api('GET', '/cases?limit=50')).items;
  const titled = (part) => (cases.find((each) => each.title.includes(part)) ?? cases[0])?.number;
  const tasks = (await api('GET', '/tasks?limit=20')).items;
  const free = tasks.find((each) => each.assignee === null) ?? tasks[0];
  const kitchen = titled('kitchen');
  const worker = [
    ['home', '/', see('[data-testid="home-case"], [data-testid="home-task"]')],
    ['cases', '/cases', see('[data-testid="case-row"]')],
    ['cases-empty', '/cases?search=nothing-like-this', see('text=No case matches')],
    ['board', '/cases/board', see('[data-testid="board-card"]')],
    ['new-case', '/cases/new', see('[data-testid="case-definition"], .fjs-form-field input')],
    ['new-case-form', '/cases/new?definition=claim', see('.fjs-form-field input')],
    ['case', `/cases/${kitchen}/overview`, see('[data-testid="timeline-item"]')],
    ['case-tasks', `/cases/${kitchen}/tasks`, see('main li')],
    ['case-mail', `/cases/${kitchen}/mail`, see('[data-testid="mail-message"]')],
    ['case-mail-html', `/cases/${titled('Storm')}/mail`, see('[data-testid="mail-message"] iframe')],
    ['case-documents', `/cases/${titled('bicycle')}/documents`, see('[data-testid="document-open"]')],
    ['case-process', `/cases/${kitchen}/process`, diagram],
    ['case-fields', `/cases/${kitchen}/fields`, see('main input')],
    ['case-problem', `/cases/${titled('lawyer')}/overview`, see('[data-testid="timeline-item"]')],
    ['case-missing', '/cases/CLM-999999/overview', see('main h1')],
    ['tasks', '/tasks', see('main h1')],
    ['tasks-available', '/tasks?show=available', see('[data-testid="task-row"]')],
    ['task', `/tasks/${free.id}`, see('.fjs-form-field input')],
    ['task-process', `/tasks/${free.id}?tab=process`, diagram],
    ['task-case', `/tasks/${free.id}?tab=case`, see('[data-testid="timeline-item"]')],
    ['inbox', '/inbox?show=all', see('[data-testid="notification"]')],
    ['preferences', '/inbox/preferences', see('[data-testid="preferences"]')],
    ['not-found', '/no/such/page', see('text=no page at this address')],
    ['about', '/about', see('table')],
    ['processes-forbidden', '/processes', see('main h1')],
    ['mails-worker', '/mails', see('main h1')],
  ];
  if (user === 'anna' || user === 'ben') return worker;
  const definitions = (await api('GET', '/process-definitions?latest=true')).items;
  const claim = definitions.find((each) => each.key === 'claim-handling');
  const instance = cases.find((each) => each.number === kitchen).processInstances[0];
  const operator = [
    ['processes', '/processes', see('[data-testid="process-row"]')],
    ['process', `/processes/${encodeURIComponent(claim.id)}`, diagram],
    ['instance', `/instances/${instance.id}`, diagram],
    ['deploy', '/deploy', see('[data-testid="deploy-drop"]')],
    ['incidents', '/incidents', see('main h1')],
    ['mails', '/mails', see('main h1')],
  ];
  return operator;
}

const browser = await launch();
let complaints = 0;
/** What the navigation leads to and no list here names: each is a screen of its own. */
async function further(page, known) {
  await page.goto(`${url}/`);
  await page.locator('nav a').first().waitFor();
  const paths = await page.evaluate(() =>
    [...document.querySelectorAll('nav a[href]')].map((link) => new URL(link.href).pathname),
  );
  const named = new Set(known.map(([, path]) => path.split('?')[0]));
  const settled = (each) =>
    each.locator('main [aria-busy="true"], main .mantine-Skeleton-root').waitFor({ state: 'detached', timeout: 8_000 });
  const name = (path) => path.slice(1).replaceAll('/', '-');
  return [...new Set(paths)].filter((path) => !named.has(path)).map((path) => [name(path), path, settled]);
}

for (const user of option('users', 'anna,ben,dana,root')) {
  for (const scheme of option('schemes', 'light,dark')) {
    for (const width of option('widths', '1280,390').map(Number)) {
      const { context, page, seen, api } = await signIn(browser, user, { width, colorScheme: scheme });
      const known = await screens(api, user);
      for (const [name, path, ready] of [...known, ...(await further(page, known))]) {
        if (!name.includes(only)) continue;
        await page.goto(url + path);
        await page.locator('h1').first().waitFor();
        await ready(page).catch((error) => console.log(`${name}: not ready: ${String(error).split('\n')[0]}`));
        await page.waitForLoadState('networkidle').catch(() => undefined);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (wide > 0) console.log(`${name} ${width}: scrolls ${wide} px sideways`);
        const raw = await page.evaluate(
          () =>
            document
              .querySelector('main')
              ?.innerText.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|system:[a-z-]+/g)
              ?.slice(0, 3) ?? [],
        );
        if (raw.length > 0) console.log(`${name}: shows raw ids: ${raw.join(' ')}`);
        if (axe !== null) {
          await page.evaluate(axe);
          const found = await page.evaluate(async () =>
            (
              await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
            ).violations.map(
              (each) =>
                `${each.id}: ${each.nodes
                  .map((node) => node.target.join(' '))
                  .slice(0, 3)
                  .join(' | ')}`,
            ),
          );
          for (const violation of found) console.log(`${name} ${scheme} ${width}: ${violation}`);
        }
        await page.screenshot({ path: `${out}/${user}-${name}-${scheme}-${width}.png`, fullPage: false });
        for (const complaint of seen.complaints.splice(0)) {
          complaints += 1;
          console.log(`${name}: ${complaint}`);
        }
      }
      await context.close();
    }
  }
}
await browser.close();
console.log(`${complaints} complaints`);
