/**
 * Texts. The English text is the key, `de.ts` is the catalogue: a text that is not in it does not compile, one that nobody uses fails a test.
 * Must never be fed by concatenation: sentences take named places, counts take a pair of forms.
 */
import { de } from './de';

export type Message = keyof typeof de;
export type Locale = 'en' | 'de';
export const LOCALES: { id: Locale; name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
];
const STORED = 'casewright.locale';

let current: Locale = 'en';
export function locale(): Locale {
  return current;
}

export function startLocale(): Locale {
  const stored = localStorage.getItem(STORED);
  current = stored === 'de' || stored === 'en' ? stored : navigator.language.startsWith('de') ? 'de' : 'en';
  document.documentElement.lang = current;
  return current;
}

export function switchLocale(next: Locale): void {
  current = next;
  localStorage.setItem(STORED, next);
  document.documentElement.lang = next;
}

type Values = Record<string, string | number>;

export function fill(text: string, values: Values = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => (name in values ? String(values[name]) : place));
}

export function t(message: Message, values?: Values): string {
  return fill(current === 'de' ? de[message] : message, values);
}

/** One of two forms by the plural rules of the language; `{count}` is formatted for it. */
export function plural(one: Message, other: Message, count: number, values?: Values): string {
  const form = new Intl.PluralRules(current).select(count) === 'one' ? one : other;
  return t(form, { ...values, count: new Intl.NumberFormat(current).format(count) });
}
