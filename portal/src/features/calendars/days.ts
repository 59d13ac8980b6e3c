/** Days of the week and holidays, between what the server writes and what people read and type. */
import { formats } from '../../i18n';
import type { CalendarContent } from '../../api/schema';

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** The name of a day, short; 1 January 2024 was a Monday. */
export function dayName(day: string, style: 'short' | 'long' = 'short'): string {
  const index = DAYS.findIndex((each) => each === day);
  if (index === -1) return day;
  return new Intl.DateTimeFormat(formats(), { weekday: style, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + index));
}

/** "Mon–Fri" for days that follow each other, else their names. */
export function daysText(days: readonly string[]): string {
  const places = DAYS.flatMap((day, index) => (days.includes(day) ? [index] : []));
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return '';
  const follow = last - first === places.length - 1 && places.length > 2;
  const name = (index: number) => dayName(DAYS[index] ?? '');
  return follow ? `${name(first)}–${name(last)}` : places.map(name).join(', ');
}

/** Where the reader is. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

type Holiday = NonNullable<CalendarContent['holidays']>[number];

/** A line each: `2026-12-25 Christmas [DE-BY]`. */
export function holidaysText(holidays: readonly Holiday[] | undefined): string {
  return (holidays ?? [])
    .map(({ date, name, region }) => [date, name, region == null ? '' : `[${region}]`].filter(Boolean).join(' '))
    .join('\n');
}

export function holidaysOf(text: string): Holiday[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const found = /^(\S+)\s*(.*?)\s*(?:\[([^\]]+)\])?$/.exec(line);
      return { date: found?.[1] ?? line, name: found?.[2] ?? '', region: found?.[3] ?? null };
    });
}
