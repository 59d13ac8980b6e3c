import { expect, it } from 'vitest';
import { de } from './de';
import { fill, plural, switchLocale } from './index';

const all = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const code = Object.entries(all)
  .filter(([path]) => !/\.test\.|\/de\.ts$|generated\.ts$/.test(path))
  .map(([, text]) => text)
  .join('\n');
const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();

it('every text of the catalogue is used somewhere', () => {
  const unused = Object.keys(de).filter(
    (text) => !code.includes(`'${text.replaceAll("'", String.raw`\'`)}'`) && !code.includes(`"${text}"`),
  );
  expect(unused).toEqual([]);
});
it('a translation has the places of its text', () => {
  const wrong = Object.entries(de).filter(([text, german]) => places(text) !== places(german));
  expect(wrong).toEqual([]);
});
it('places are filled, counts choose their form', () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  switchLocale('de');
  expect(plural('{count} case', '{count} cases', 1_000)).toBe('1.000 Fälle');
  switchLocale('en');
  expect(plural('{count} case', '{count} cases', 1)).toBe('1 case');
});
