// Takes a picture of every screen, light and dark, wide and narrow, into portal/.shots for a person to look at.
//   node dev/screens.mjs [name-part]
import { mkdirSync } from 'node:fs';
import { launch } from './browser.mjs';
import { startMock } from './mock-server.mjs';
import { SCREENS } from './screen-list.mjs';

const only = process.argv[2] ?? '';
const out = new URL('../.shots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const mock = await startMock();
const browser = await launch();
for (const [scheme, width] of [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
]) {
  const context = await browser.newContext({
    viewport: { width, height: width === 390 ? 844 : 800 },
    colorScheme: scheme,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) console.log(`  [${message.type()}] ${message.text()}`);
  });
  page.on('pageerror', (error) => console.log('  [pageerror]', error.message));
  for (const screen of SCREENS.filter((each) => each.name.includes(only))) {
    console.log(scheme, width, screen.name);
    await page.goto(mock.url + screen.path);
    await page.locator('h1').first().waitFor();
    try {
      await screen.ready?.(page);
    } catch (error) {
      console.log('  NOT READY:', String(error).split('\n')[0]);
    }
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${out}${screen.name}-${scheme}-${width}.png` });
  }
  await context.close();
}
await browser.close();
await mock.stop();
