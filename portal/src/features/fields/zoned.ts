/** Instants that keep their time zone (RFC 9557): `2026-12-24T10:00:00+01:00[Europe/Berlin]`. Pure. */
export interface Zoned {
  /** As a `datetime-local` input has it. */
  local: string;
  zone: string;
}

const TEXT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)\[([A-Za-z0-9_+\-/]+)\]$/;

export function zonedIn(value: unknown): Zoned | null {
  const found = typeof value === 'string' ? TEXT.exec(value) : null;
  const [, local, zone] = found ?? [];
  return local === undefined || zone === undefined ? null : { local, zone };
}

/** The instant behind the text, without its zone; null when it has none. */
export function instantIn(value: string): string | null {
  const instant = value.replace(/\[[^\]]*\]$/, '');
  return instant === value || Number.isNaN(Date.parse(instant)) ? null : instant;
}

/** Minutes that the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  const clock = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return Math.round((clock - Math.floor(instant / 60_000) * 60_000) / 60_000);
}

const two = (value: number) => String(value).padStart(2, '0');

/** Null when nothing or half of it is entered, or there is no such zone. A time that the clocks skip is the one an hour later. */
export function zonedOf({ local, zone }: Zoned): string | null {
  const clock = Date.parse(`${local}Z`);
  if (local === '' || Number.isNaN(clock)) return null;
  try {
    // The offset at the clock's time as if it were UTC is a guess; that at the instant it leads to is right.
    const guess = clock - offsetAt(clock, zone) * 60_000;
    const instant = clock - offsetAt(guess, zone) * 60_000;
    const offset = offsetAt(instant, zone);
    const shown = new Date(instant + offset * 60_000).toISOString().slice(0, 19);
    const size = Math.abs(offset);
    return `${shown}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}[${zone}]`;
  } catch {
    return null;
  }
}

/** The zone of whoever sits here. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function zones(): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return known.includes('UTC') ? known : ['UTC', ...known];
}
