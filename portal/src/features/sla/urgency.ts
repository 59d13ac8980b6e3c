/** How urgent a case is, in words: half of the number is its priority, half how its promises stand. Pure. */
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import type { Tone } from '../../lib/sla';
import type { IconName } from '../../ui/icons';

/** The most that it comes to, and what of it a priority of 100 is. */
export const MOST_URGENT = 1_000;
const OF_PRIORITY = 5;

interface Band {
  from: number;
  name: () => string;
  tone: Tone;
  icon: IconName;
}
/** A case of usual priority is very urgent when a promise is broken, urgent when one is at risk, and as usual before. */
const BANDS: readonly Band[] = [
  { from: 700, name: () => t('Very high'), tone: 'danger', icon: 'flame' },
  { from: 500, name: () => t('High'), tone: 'warning', icon: 'up' },
  { from: 250, name: () => t('Normal'), tone: 'neutral', icon: 'clock' },
  { from: 0, name: () => t('Low'), tone: 'neutral', icon: 'down' },
];
const LOWEST = BANDS.at(-1) as Band;

export function urgencyBand(value: number): Band {
  return BANDS.find(({ from }) => value >= from) ?? LOWEST;
}

export const urgencyText = (value: number): string => [urgencyBand(value).name(), fieldValue(value)].join(' · ');

/** Every text that a column of them can hold, as long as it can be. */
export const urgencyTexts = (): string[] =>
  BANDS.map(({ from }) => urgencyText(from === 700 ? MOST_URGENT : from + 100));

/** What the number is made of. */
export function urgencyWhy({ urgency, priority }: Pick<Case, 'urgency' | 'priority'>): string {
  const ofPriority = Math.min(urgency, Math.max(0, Math.min(100, priority)) * OF_PRIORITY);
  return t('Urgency {value} of {most}: {ofPriority} for its priority, {ofPromises} for how its promises stand', {
    value: fieldValue(urgency),
    most: fieldValue(MOST_URGENT),
    ofPriority: fieldValue(ofPriority),
    ofPromises: fieldValue(urgency - ofPriority),
  });
}
