// Makes the pictures of the README anew, from a platform with the demo and nothing else: light and dark, as the people of the demo see it.
//   CASEWRIGHT_URL=http://127.0.0.1:8080 node dev/pictures.mjs
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { launch, signIn, url } from './real.mjs';

const OUT = join(import.meta.dirname, '../../docs/images');
/** Bytes of one picture: a page that shows some of them is opened on telephones as well. */
const MOST = 150 * 1024;

const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
  const anna = await signIn(browser, 'anna', { colorScheme });
  const ben = await signIn(browser, 'ben', { colorScheme });
  const { api } = ben;
  const cases = (await api('GET', '/cases?limit=50')).items;
  const titled = (part) => cases.find((each) => each.title.includes(part));
  const number = titled('kitchen fire').number;
  const [instance] = (await api('GET', `/cases/${titled('greenhouse').number}`)).processInstances;
  for (const [{ page }, name, path, ready] of [
    [anna, 'board', '/cases/board?definition=claim', '[data-testid="board-card"]'],
    [anna, 'case', `/cases/${number}/overview`, '[data-testid="timeline-item"]'],
    [ben, 'diagram', `/instances/${instance.id}`, '[data-testid="diagram"][data-drawn="true"]'],
  ]) {
    await page.setViewportSize({ width: 1200, height: 800 });
    await page.goto(url + path);
    await page.locator(ready).first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    const file = join(OUT, `${name}-${colorScheme}.png`);
    await page.screenshot({ path: file });
    const { size } = statSync(file);
    console.log(`${name}-${colorScheme}: ${Math.round(size / 1024)} KiB`);
    if (size > MOST) process.exitCode = 1;
  }
  await anna.context.close();
  await ben.context.close();
}
await browser.close();
