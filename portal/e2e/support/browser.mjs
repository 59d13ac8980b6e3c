// One browser for all tests; every page reports console errors, and every screenshot is taken in light and dark.
import { chromium } from 'playwright-core';
import sparticuz from '@sparticuz/chromium';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { screenshots, until, url } from './platform.mjs';

const FLAGS = [
  '--no-sandbox',
  '--headless=shell',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export async function launch() {
  await mkdir(screenshots, { recursive: true });
  const executablePath = process.env.CHROMIUM_PATH ?? (await sparticuz.executablePath());
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A browser context in which `user` is signed in, on `path`, at the platform under test or another one. */
export async function signIn(browser, user, password, path = '/', at = url) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const seen = { errors: [], token: null };
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('request', (request) => {
    const header = request.headers().authorization;
    if (header?.startsWith('Bearer ') && request.url().includes('/api/v1/')) seen.token = header;
  });
  await page.goto(`${at}${path}`);
  // Without a session the portal either goes to the issuer by itself or offers to.
  const button = page.getByRole('button', { name: /sign in/i });
  const name = page.locator('input[name="username"]');
  await Promise.race([name.waitFor(), button.waitFor()]).catch(() => {});
  if (!(await name.isVisible())) await button.click();
  await name.fill(user);
  await page.locator('input[name="password"]').fill(password);
  await page.screenshot({ path: `${screenshots}/sign-in-${user}.png` });
  await page.locator('button[type="submit"]').click();
  await page.waitForURL((current) => !current.pathname.includes('/auth/'));
  await page.locator('h1').first().waitFor();
  await until('the first call with a token', () => seen.token);
  return { context, page, seen };
}

/** Screenshots in light and dark. */
export async function shoot(page, name) {
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.evaluate(
      () =>
        new Promise((done) => {
          requestAnimationFrame(() => requestAnimationFrame(done));
        }),
    );
    await page.screenshot({ path: `${screenshots}/${name}-${scheme}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Waits until nothing on the page is in transition: a colour on its way is no colour to judge. What repeats for ever is left alone. */
async function settled(page) {
  await page.evaluate(async () => {
    const ends = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    // One that is cancelled has ended, too.
    await Promise.allSettled(ends.map((one) => one.finished));
  });
}

/** Findings of axe for WCAG 2.2 A and AA. */
export async function accessibility(page) {
  await settled(page);
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  return result.violations.map(
    (violation) =>
      `${violation.id}: ${violation.nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join(' | ')}`,
  );
}
