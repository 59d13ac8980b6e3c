// Signing in to a real platform by its own issuer, as `user` with the password of the demo; everything a page complains about is collected.
import { launch } from './browser.mjs';

export const url = process.env.CASEWRIGHT_URL ?? 'http://127.0.0.1:8080';
export const PASSWORDS = { anna: 'anna-demo-1', ben: 'ben-demo-1', dana: 'dana-demo-1', root: 'rita-demo-1' };
export { launch };

export async function signIn(browser, user, { path = '/', width = 1280, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 860 },
    colorScheme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const seen = { complaints: [], token: null };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      seen.complaints.push(`${new URL(page.url()).pathname} ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.complaints.push(`${page.url()} ${error}`));
  page.on('response', (response) => {
    if (response.status() >= 400)
      seen.complaints.push(
        `${new URL(page.url()).pathname} <- ${response.status()} ${response.request().method()} ${response.url()}`,
      );
  });
  page.on('request', (request) => {
    const header = request.headers().authorization;
    if (header?.startsWith('Bearer ')) seen.token = header;
  });
  await page.goto(`${url}${path}`);
  await page.locator('input[name="username"]').waitFor();
  await page.locator('input[name="username"]').fill(user);
  await page.locator('input[name="password"]').fill(PASSWORDS[user]);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL((current) => !current.pathname.startsWith('/auth'));
  await page.locator('h1').first().waitFor();
  while (seen.token === null) await page.waitForTimeout(50);
  const api = async (method, target, body) => {
    const answer = await fetch(`${url}/api/v1${target}`, {
      method,
      headers: { authorization: seen.token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text.slice(0, 400)}`);
    return text === '' ? null : JSON.parse(text);
  };
  return { context, page, seen, api };
}
