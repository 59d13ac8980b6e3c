// A Chromium for the scripts here: CHROMIUM_PATH when set, else the one from npm, which needs no system package.
import { chromium } from 'playwright-core';

export async function launch() {
  if (process.env.CHROMIUM_PATH)
    return chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu'] });
  const { default: packed } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await packed.executablePath(),
    args: ['--no-sandbox', '--headless=shell', '--disable-gpu'],
  });
}
