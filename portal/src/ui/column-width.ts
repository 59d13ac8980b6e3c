/**
 * Widths of columns whose texts are known beforehand: as wide as the longest of them is, in the font and the language of the reader, with letters and
 * words as far apart as they may set them (WCAG 1.4.12).
 */
import { formats, locale, t } from '../i18n';
import { agoTexts, shortDateTimeTexts } from '../lib/format';

/** The arrow of a column that the list is sorted by. */
const ARROW = 17;
/** What a badge has around its text, and its icon. */
const BADGE = 34;

/** How much room the longest of these texts takes, in pixels. */
function measured(texts: readonly string[], isHead: boolean): number {
  const probe = document.createElement('div');
  probe.className = 'cw-probe';
  probe.ariaHidden = 'true';
  if (isHead) probe.dataset.head = '';
  probe.textContent = texts.join('\n');
  document.body.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  return width;
}

const known = new Map<string, string>();

/** `beside` is what stands next to the text in its cell. A width that grows with the reader's own size of text. */
function fitting(what: string, header: string, texts: () => readonly string[], beside = 0): string {
  const key = [locale(), formats(), what, header].join('\n');
  const found = known.get(key);
  if (found !== undefined) return found;
  const wide = Math.max(measured(texts(), false) + beside, measured([header], true) + ARROW);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const width = `calc(${(Math.ceil(wide + 1) / rem).toFixed(3)}rem + 2 * var(--cw-cell-space))`;
  known.set(key, width);
  return width;
}

/** Of a column that says how long ago something was. */
export const agoWidth = (header: string): string => fitting('ago', header, agoTexts);

/** Of a column that says day and time. */
export const dayWidth = (header: string): string => fitting('day', header, shortDateTimeTexts);

/** Of a column that says when something is due, in a badge. */
export const dueWidth = (header: string): string =>
  fitting('due', header, () => [t('Overdue'), t('Today'), ...shortDateTimeTexts()], BADGE);

/** Of a column of badges that say one of these. */
export const badgeWidth = (header: string, texts: () => readonly string[]): string =>
  fitting('badge', header, texts, BADGE);

export const priorityWidth = (header: string): string => badgeWidth(header, () => [t('High'), t('Normal'), t('Low')]);
