/** What a definition calls things, in the reader's language where it says so. Pure but for the language. */
import { locale } from '../../i18n';

type Texts = Record<string, string> | undefined;

/** The exact language first, then the same one of any region. */
export function inLanguage(text: string, texts: Texts, language: string): string {
  if (texts === undefined) return text;
  const short = language.split('-', 1)[0];
  const near = Object.keys(texts).find((tag) => tag.split('-', 1)[0]?.toLowerCase() === short);
  return texts[language] ?? (near === undefined ? text : (texts[near] ?? text));
}

export const labelOf = (field: { label: string; labels?: Texts }): string =>
  inLanguage(field.label, field.labels, locale());
export const titleOf = (section: { title: string; titles?: Texts }): string =>
  inLanguage(section.title, section.titles, locale());
export const helpOf = (field: { help?: string | null; helps?: Texts }): string | undefined =>
  inLanguage(field.help ?? '', field.helps, locale()) || undefined;
