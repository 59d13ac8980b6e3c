/** Durations of ISO 8601 as days, hours and minutes. Pure. */
export interface Parts {
  days: number;
  hours: number;
  minutes: number;
}

const OF_DAYS = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?)?$/;

/** Null for what is written in other units: months, seconds. */
export function partsOf(value: unknown): Parts | null {
  const found = typeof value === 'string' && value.length > 2 ? OF_DAYS.exec(value) : null;
  return found === null
    ? null
    : { days: Number(found[1] ?? 0), hours: Number(found[2] ?? 0), minutes: Number(found[3] ?? 0) };
}

/** Null when there is nothing in it. */
export function durationOf({ days, hours, minutes }: Parts): string | null {
  if (days + hours + minutes === 0) return null;
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}`;
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}

const UNITS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
const ANY = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** For people: "2 days, 4 hours"; null when it is no duration. */
export function durationText(value: unknown, language: string): string | null {
  const found = typeof value === 'string' ? ANY.exec(value) : null;
  if (found === null) return null;
  const told = UNITS.flatMap((unit, index) => {
    const count = Number(found[index + 2] ?? 0);
    return count === 0
      ? []
      : [new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count)];
  });
  return told.length === 0 ? null : `${found[1]}${new Intl.ListFormat(language, { type: 'unit' }).format(told)}`;
}
