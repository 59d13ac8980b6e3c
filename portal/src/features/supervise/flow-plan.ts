/**
 * What the chart of a team shows and by which scale each is read. What came and went is small beside what is open, so there are two: cases a day on the
 * left, open cases on the right. Each is named at its axis, and each line in the legend says which one is its own. Pure.
 */
import { t } from '../../i18n';

export const PER_DAY = 'per-day';
export const OPEN = 'open';
export type Scale = typeof PER_DAY | typeof OPEN;

interface Planned {
  scale: Scale;
  label: string;
}

export interface PlannedAxis extends Planned {
  /** As the library counts them: 3 is left, 1 is right. */
  side: 1 | 3;
  /** Lines across the chart are those of one scale: of two they would be read at the wrong one. */
  hasGrid: boolean;
}
export function plannedAxes(): PlannedAxis[] {
  return [
    { scale: PER_DAY, label: t('Cases a day'), side: 3, hasGrid: true },
    { scale: OPEN, label: t('Open cases'), side: 1, hasGrid: false },
  ];
}

export interface PlannedSeries extends Planned {
  colour: string;
  of: 'created' | 'closed' | 'backlog';
}
export function plannedSeries(): PlannedSeries[] {
  return [
    { of: 'created', scale: PER_DAY, colour: '--cw-accent-text', label: t('{name} (left scale)', { name: t('Came') }) },
    { of: 'closed', scale: PER_DAY, colour: '--cw-success-fg', label: t('{name} (left scale)', { name: t('Went') }) },
    {
      of: 'backlog',
      scale: OPEN,
      colour: '--cw-danger-fg',
      label: t('{name} (right scale)', { name: t('Left open') }),
    },
  ];
}
