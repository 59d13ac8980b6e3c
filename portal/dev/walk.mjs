// Walks through every screen of a real platform (the demo with its mails delivered), with pictures in light and dark, wide and narrow,
// and says what a console, a response or a page complained about.
//   CASEWRIGHT_URL=http://127.0.0.1:8080 node dev/walk.mjs [pattern of a screen's name] [--widths=1280,390] [--schemes=light,dark] [--users=anna,ben,dana,root] [--axe] [--whole]
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch, signIn, url } from './real.mjs';
import { screens } from './walk-screens.mjs';

const option = (name, fallback) =>
  (process.argv.find((each) => each.startsWith(`--${name}=`))?.split('=')[1] ?? fallback).split(',');
const only = process.argv[2]?.startsWith('--') ? '' : (process.argv[2] ?? '');
const out = process.env.SHOTS ?? new URL('../.shots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });

/** Pictures of whole pages, not of what fits a window. */
const whole = process.argv.includes('--whole');
const axe = process.argv.includes('--axe')
  ? readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  : null;

const browser = await launch();
let complaints = 0;
/** What the navigation leads to and no list here names: each is a screen of its own. */
async function further(page, known) {
  await page.goto(`${url}/`);
  await page.locator('nav a').first().waitFor();
  const paths = await page.evaluate(() =>
    [...document.querySelectorAll('nav a[href]')].map((link) => new URL(link.href).pathname),
  );
  const named = new Set(
    known.filter(([name]) => !/-dialog$|-answer$/.test(name)).map(([, path]) => path.split('?')[0]),
  );
  const settled = (each) =>
    each
      .locator('main [aria-busy="true"], main .mantine-Skeleton-root')
      .first()
      .waitFor({ state: 'detached', timeout: 8_000 });
  const name = (path) => path.slice(1).replaceAll('/', '-');
  return [...new Set(paths)].filter((path) => !named.has(path)).map((path) => [name(path), path, settled]);
}

const WIDTHS = option('widths', '1280,390').map(Number);
const SCHEMES = option('schemes', 'light,dark');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds on the page, a line each. */
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), AXE_TAGS);
  const where = (each) => each.nodes.map((node) => node.target.join(' ')).slice(0, 3);
  return found.violations.map((each) => `${each.id}: ${where(each).join(' | ')}`);
}

/** A screen is opened once and then looked at in each width and scheme. */
async function look(page, user, name) {
  const raw = await page.evaluate(
    () =>
      document
        .querySelector('main')
        ?.innerText.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|system:[a-z-]+/g)
        ?.slice(0, 3) ?? [],
  );
  if (raw.length > 0) console.log(`${user} ${name}: shows raw ids: ${raw.join(' ')}`);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 600 ? 844 : 860 });
    await page.waitForTimeout(150);
    const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    // What moves at first is given time to come to rest.
    if ((await sideways()) > 0) await page.waitForTimeout(1_000);
    const wide = await sideways();
    if (wide > 0) console.log(`${user} ${name} ${width}: scrolls ${wide} px sideways`);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(150);
      if (axe !== null)
        for (const violation of await violations(page))
          console.log(`${user} ${name} ${colorScheme} ${width}: ${violation}`);
      await page.screenshot({ path: `${out}/${user}-${name}-${colorScheme}-${width}.png`, fullPage: whole });
    }
  }
  await page.setViewportSize({ width: WIDTHS[0], height: WIDTHS[0] < 600 ? 844 : 860 });
}

for (const user of option('users', 'anna,ben,dana,root')) {
  const { context, page, seen, api } = await signIn(browser, user, { width: WIDTHS[0], colorScheme: SCHEMES[0] });
  const known = await screens(api, user);
  for (const [name, path, ready] of [...known, ...(await further(page, known))]) {
    if (!new RegExp(only).test(name)) continue;
    await page.goto(url + path);
    await page.locator('h1').first().waitFor();
    await ready(page).catch((error) => console.log(`${user} ${name}: not ready: ${String(error).split('\n')[0]}`));
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await look(page, user, name);
    for (const complaint of seen.complaints.splice(0)) {
      if (name.endsWith('-missing') && complaint.includes('404')) continue;
      complaints += 1;
      console.log(`${user} ${name}: ${complaint}`);
    }
  }
  await context.close();
}
await browser.close();
console.log(`${complaints} complaints`);
