/** Values of fields as one line for people; null when a value is not of the kind its field has now. Pure. */
import type { CaseField } from '../../api/schema';
import { formats, plural, t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { isFileList } from '../forms/form-files';
import { durationText } from './duration';
import { moneyText } from './money';
import { caseIn, personIn } from './named';
import { instantIn, zonedIn } from './zoned';

export type Told = (value: unknown, field: CaseField) => string | null;

/** As it was written: a text that looks like a date is still a text. */
export const textTold: Told = (value) => (typeof value === 'string' ? value : null);
export const numberTold: Told = (value) =>
  typeof value === 'number' ? new Intl.NumberFormat(formats()).format(value) : null;
export const yesNoTold: Told = (value) => (typeof value === 'boolean' ? (value ? t('Yes') : t('No')) : null);
/** A day is the same one wherever it is read. */
export const dayTold: Told = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
    ? new Intl.DateTimeFormat(formats(), { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(value))
    : null;
/** Where it names its zone, as the clocks there show it, with the name. */
export const instantTold: Told = (value) => {
  if (typeof value !== 'string') return null;
  const zone = zonedIn(value)?.zone;
  const instant = instantIn(value);
  if (zone !== undefined && instant !== null) return inZone(instant, zone);
  return Number.isNaN(Date.parse(value)) ? null : dateTime(value);
};
function inZone(instant: string, zone: string): string {
  try {
    const written = new Intl.DateTimeFormat(formats(), { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
    return `${written.format(new Date(instant))} (${zone.replaceAll('_', ' ')})`;
  } catch {
    return dateTime(instant);
  }
}
export const durationTold: Told = (value) => durationText(value, formats());
export const moneyTold: Told = (value) => moneyText(value, formats());
export const personTold: Told = (value) => personIn(value)?.label ?? null;
export const referenceTold: Told = (value) => caseIn(value)?.label ?? null;
export const listTold: Told = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')
    ? new Intl.ListFormat(formats(), { type: 'unit' }).format(value)
    : null;
/** What stands in the first column of each row; the whole of it is in the data of the case. */
export const tableTold: Told = (value, field) => {
  if (!Array.isArray(value)) return null;
  const first = field.columns?.[0]?.key;
  const names = value.map((row) => (first === undefined ? '' : cellText(row, first))).filter((name) => name !== '');
  const count = plural('{count} row', '{count} rows', value.length);
  return names.length === 0 ? count : `${count}: ${names.join(', ')}`;
};
function cellText(row: unknown, key: string): string {
  const cell = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[key] : undefined;
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '';
}
export const filesTold: Told = (value) => (isFileList(value) ? value.map((file) => file.name).join(', ') : null);
export const jsonTold: Told = (value) => (typeof value === 'object' ? JSON.stringify(value) : null);

/** By what its formula is said to give. */
export const computedTold: Told = (value, field) => {
  const by: Partial<Record<CaseField['type'], Told>> = {
    string: textTold,
    number: numberTold,
    boolean: yesNoTold,
    date: dayTold,
    datetime: instantTold,
    duration: durationTold,
    money: moneyTold,
  };
  return by[field.result ?? 'string']?.(value, field) ?? null;
};
