/** Dates, sizes and names for people. Every function takes the instant it compares with, so that tests need no clock. */
import { formats, t } from '../i18n';

export function dateTime(instant: string | null | undefined): string {
  if (instant == null) return '–';
  return new Intl.DateTimeFormat(formats(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

/** As `dateTime`, without the year while it is this one. */
export function shortDateTime(instant: string | null, now: Date): string {
  if (instant === null) return '–';
  const at = new Date(instant);
  return new Intl.DateTimeFormat(formats(), {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
  }).format(at);
}

/** What `shortDateTime` says in every month, with a year. */
export function shortDateTimeTexts(): string[] {
  const late = Array.from({ length: 12 }, (_, month) => new Date(2028, month, 28, 22, 58));
  return late.map((at) => shortDateTime(at.toISOString(), new Date(0)));
}

const two = (value: number) => String(value).padStart(2, '0');

/** An instant as a `datetime-local` input wants it, in the zone of the reader; nothing when it is none. */
export function localInput(instant: unknown): string {
  if (typeof instant !== 'string' || Number.isNaN(Date.parse(instant))) return '';
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What a `datetime-local` input says as an instant; null when it is empty or half filled. */
export function localInstant(input: string): string | null {
  const at = new Date(input);
  return input === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function day(instant: string): string {
  return new Intl.DateTimeFormat(formats(), { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(
    new Date(instant),
  );
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = () => new Intl.RelativeTimeFormat(formats(), { numeric: 'auto', style: 'short' });

/** "5 minutes ago", "in 2 days"; under a minute it is "just now" in both directions. */
export function ago(instant: string, now: number): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative().format(Math.trunc(seconds / size), unit);
  }
  return t('just now');
}

/** The most that is said in a unit, before the next one is. */
const MOST: Partial<Record<Intl.RelativeTimeFormatUnit, number>> = {
  year: 28,
  month: 12,
  week: 4,
  day: 6,
  hour: 23,
  minute: 59,
};
/** What `ago` says of times that are past: of every unit its longest count, and those that have words of their own. */
export function agoTexts(): string[] {
  const told = relative();
  const counts = STEPS.flatMap(([unit]) => [1, 2, MOST[unit] ?? 2].map((count) => told.format(-count, unit)));
  return [t('just now'), ...counts];
}

export function bytes(size: number | null | undefined): string {
  if (size == null) return '–';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = size < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(size) / Math.log(1000)));
  return new Intl.NumberFormat(formats(), {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(size / 1000 ** step);
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase();
}

/** How far the server counts the rows of a list. */
const MOST_COUNTED = 100_000;

/** How many there are, as a list says it: where the server has stopped counting there may be more. */
export function counted(total: number): string {
  return total === MOST_COUNTED ? `${fieldValue(total)}+` : fieldValue(total);
}

/** A value of a case field or a variable as one line. */
export function fieldValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? t('Yes') : t('No');
  if (typeof value === 'number') return new Intl.NumberFormat(formats()).format(value);
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? dateTime(value) : value;
  if (Array.isArray(value)) return value.map(fieldValue).join(', ');
  // A reference to a stored file is told by its name.
  if (typeof value === 'object' && 'fileId' in value && 'name' in value) return String(value.name);
  return JSON.stringify(value);
}

/** Whether a key is for machines only: nothing, or an id that nobody chose. */
export function isOpaque(key: string | null | undefined): boolean {
  return key == null || key === '' || /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(key);
}

/** `camelCase` or `kebab-case` as words, for keys that have no label of their own. */
export function words(key: string): string {
  const spaced = key
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_.]+/g, ' ')
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
