/**
 * Texts. The English text is the key, `de.ts` is the catalogue that says which texts there are: a text that is not in it does not compile, one that nobody
 * uses fails a test. Other catalogues have exactly its keys. Only the chosen one is loaded.
 * Must never be fed by concatenation: sentences take named places, counts take a pair of forms.
 */
import type { de } from './de';
import { pseudo } from './pseudo';

export type Message = keyof typeof de;
type Catalogue = Readonly<Record<Message, string>>;
export type Locale = 'en' | 'de' | 'pt-BR' | 'en-XA';

export const LOCALES: { id: Locale; name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
  { id: 'pt-BR', name: 'Português (Brasil)' },
];
/** Longer than every language and full of accents: what is cut off or not translated shows. Chosen by `?locale=en-XA` alone. */
const PSEUDO: Locale = 'en-XA';
const CATALOGUES: Partial<Record<Locale, () => Promise<Catalogue>>> = {
  de: async () => (await import('./de')).de,
  'pt-BR': async () => (await import('./pt-br')).ptBr,
};
const STORED = 'casewright.locale';

let current: Locale = 'en';
let catalogue: Catalogue | null = null;
let region = 'en';

export function locale(): Locale {
  return current;
}

/** How dates and numbers are written: as in the reader's own region, where the browser names one of this language. */
export function formats(): string {
  return region;
}

/** The language a person has chosen, else the first one their browser asks for that there is. */
export function wanted(stored: string | null, asked: readonly string[]): Locale {
  const known = [...LOCALES.map((each) => each.id), PSEUDO];
  const chosen = known.find((id) => id === stored);
  if (chosen !== undefined) return chosen;
  const languages = asked.map((tag) => tag.split('-', 1)[0]);
  const first = languages.find((language) => LOCALES.some(({ id }) => id.split('-', 1)[0] === language));
  return LOCALES.find(({ id }) => id.split('-', 1)[0] === first)?.id ?? 'en';
}

/** The region whose formats are used in a language. */
export function regionOf(language: Locale, asked: readonly string[]): string {
  if (language === PSEUDO) return 'en';
  const [short] = language.split('-', 1);
  return asked.find((tag) => tag.split('-', 1)[0] === short && tag.includes('-') && isTag(tag)) ?? language;
}

/** Some browsers ask for `en-US@posix`, as their system calls it: no language that dates could be written in. */
function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

export async function startLocale(): Promise<Locale> {
  const asked = new URLSearchParams(location.search).get('locale');
  if (asked !== null) localStorage.setItem(STORED, asked);
  await use(wanted(localStorage.getItem(STORED), navigator.languages));
  return current;
}

export async function switchLocale(next: Locale): Promise<void> {
  localStorage.setItem(STORED, next);
  await use(next);
}

/** A catalogue that cannot be fetched leaves the language as it is: English texts are always there. */
async function use(next: Locale): Promise<void> {
  catalogue = (await CATALOGUES[next]?.()) ?? null;
  current = next;
  region = regionOf(next, navigator.languages);
  document.documentElement.lang = next === PSEUDO ? 'en' : next;
}

type Values = Record<string, string | number>;

export function fill(text: string, values: Values = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => (name in values ? String(values[name]) : place));
}

export function t(message: Message, values?: Values): string {
  return fill(current === PSEUDO ? pseudo(message) : (catalogue?.[message] ?? message), values);
}

/** One of two forms by the plural rules of the language; `{count}` is formatted for it, unless the values say it. */
export function plural(one: Message, other: Message, count: number, values?: Values): string {
  const form = new Intl.PluralRules(current).select(count) === 'one' ? one : other;
  return t(form, { count: new Intl.NumberFormat(region).format(count), ...values });
}
