import { expect, it } from 'vitest';
import { de } from './de';
import { fill, plural, regionOf, switchLocale, t, wanted } from './index';
import { ptBr } from './pt-br';

const all = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const code = Object.entries(all)
  .filter(([path]) => !/\.test\.|\/i18n\/|generated\.ts$/.test(path))
  .map(([, text]) => text)
  .join('\n');
const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();

it('every text of the catalogue is used somewhere', () => {
  const unused = Object.keys(de).filter(
    (text) => !code.includes(`'${text.replaceAll("'", String.raw`\'`)}'`) && !code.includes(`"${text}"`),
  );
  expect(unused).toEqual([]);
});
it.each([
  ['German', de],
  ['Brazilian', ptBr],
])('a %s translation has the places of its text, and none is empty', (_, catalogue) => {
  const wrong = Object.entries(catalogue).filter(
    ([text, translated]) => places(text) !== places(translated) || translated.trim() === '',
  );
  expect(wrong).toEqual([]);
  expect(Object.keys(catalogue)).toEqual(Object.keys(de));
});
it.each([
  ['English', Object.keys(de), '“', '”'],
  ['German', Object.values(de), '„', '“'],
  ['Brazilian', Object.values(ptBr), '“', '”'],
])('%s names stand in the quotation marks of the language, in pairs', (_, texts, open, close) => {
  const others = [...'"„“”«»‘'].filter((mark) => mark !== open && mark !== close);
  const wrong = texts.filter((text) => {
    // What is typed into a search is typed with the marks of a keyboard.
    if (text.includes('is:open')) return false;
    const quoted = text.split(open).slice(1);
    const pairs = quoted.every((each) => each.includes(close)) && text.split(close).length - 1 === quoted.length;
    return !pairs || others.some((mark) => text.includes(mark));
  });
  expect(wrong).toEqual([]);
});
it('places are filled, counts choose their form', async () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  await switchLocale('de');
  expect(plural('{count} case', '{count} cases', 1_000)).toBe('1.000 Fälle');
  await switchLocale('pt-BR');
  expect(plural('{count} case', '{count} cases', 1_000)).toBe('1.000 casos');
  await switchLocale('en');
  expect(plural('{count} case', '{count} cases', 1)).toBe('1 case');
});
it('the language is the chosen one, else the first of the browser that there is', () => {
  expect(wanted('de', ['en-GB'])).toBe('de');
  expect(wanted('xx', ['fr-FR', 'pt-PT', 'de'])).toBe('pt-BR');
  expect(wanted(null, ['fr'])).toBe('en');
  expect(wanted('en-XA', [])).toBe('en-XA');
});
it("dates and numbers are those of the reader's own region", () => {
  expect(regionOf('en', ['de-AT', 'en-GB'])).toBe('en-GB');
  expect(regionOf('de', ['de-AT', 'en-GB'])).toBe('de-AT');
  expect(regionOf('de', ['en-GB'])).toBe('de');
  expect(regionOf('en', ['en-US@posix', 'en-IE'])).toBe('en-IE');
  expect(regionOf('en', ['en-US@posix'])).toBe('en');
});
it('the pseudo-language is longer and keeps its places', async () => {
  await switchLocale('en-XA');
  expect(t('Case {number}', { number: 'A-1' })).toBe('[Cášé A-1~~~~~]');
  await switchLocale('en');
});
