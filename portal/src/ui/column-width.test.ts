import { afterEach, expect, it, vi } from 'vitest';
import { LOCALES, switchLocale, type Locale } from '../i18n';
import { ago, agoTexts, shortDateTime } from '../lib/format';
import { agoWidth, dayWidth } from './column-width';

const LETTER = 7;
const NOW = Date.UTC(2026, 11, 2, 12);
const MINUTE = 60_000;
const LANGUAGES: Locale[] = [...LOCALES.map(({ id }) => id), 'en-XA'];

afterEach(() => switchLocale('en'));

/** Times of every size: each minute of two hours, each hour of two days, each day of three years. */
const times = [
  ...Array.from({ length: 120 }, (_, count) => count * MINUTE),
  ...Array.from({ length: 48 }, (_, count) => count * 60 * MINUTE),
  ...Array.from({ length: 1_100 }, (_, count) => count * 1_440 * MINUTE),
].map((age) => new Date(NOW - age).toISOString());

const pixels = (width: string) => Number.parseFloat(width.slice('calc('.length)) * 16;
const longest = (texts: string[]) => Math.max(...texts.map((text) => text.length));

it.each(LANGUAGES)('in %s a column of times is as wide as the longest that it can say', async (language) => {
  // The document of the tests has no layout: each letter is as wide as the next.
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockImplementation(function box(this: HTMLElement) {
    return { width: longest(this.textContent.split('\n')) * LETTER } as DOMRect;
  });
  await switchLocale(language);
  expect(longest(agoTexts())).toBeGreaterThanOrEqual(longest(times.map((at) => ago(at, NOW))));
  expect(pixels(agoWidth('At'))).toBeGreaterThanOrEqual(longest(times.map((at) => ago(at, NOW))) * LETTER);
  const days = times.map((at) => shortDateTime(at, new Date(NOW)));
  expect(pixels(dayWidth('At'))).toBeGreaterThanOrEqual(longest(days) * LETTER);
  // A head that is longer than what stands below it is not cut either.
  const head = 'A head that is longer than anything that stands below it';
  expect(pixels(agoWidth(head))).toBeGreaterThan(head.length * LETTER);
});
