/** What an SLA clock says. Pure, so that the text, the tone and the order are tested without a browser. */
import { formats, plural, t } from '../i18n';
import type { Sla, SlaState } from '../api/schema';

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger' | 'accent';

/** Two units at most: "3 d 4 h", "2 h 10 min", "45 min", "30 s". The sign is left to the caller. */
export function duration(seconds: number): string {
  const rest = Math.abs(Math.trunc(seconds));
  const parts: [number, string][] = [
    [Math.floor(rest / 86_400), 'day'],
    [Math.floor((rest % 86_400) / 3_600), 'hour'],
    [Math.floor((rest % 3_600) / 60), 'minute'],
    [rest % 60, 'second'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return unit(0, 'minute');
  const shown = parts.slice(first, first === 3 ? 4 : Math.min(first + 2, 3)).filter(([count]) => count > 0);
  return shown.map(([count, name]) => unit(count, name)).join(' ');
}

function unit(count: number, name: string): string {
  return new Intl.NumberFormat(formats(), { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(count);
}

/**
 * Seconds of working time to the deadline. Where every second counts, a running clock follows the wall clock; where breaks and
 * nights do not, it keeps what the server said, which is never more than what the wall clock has left. A paused or stopped one stands.
 */
export function remaining(sla: Sla, now: number): number | null {
  const runs = sla.state === 'running' || sla.state === 'atRisk' || sla.state === 'breached';
  if (!runs || sla.dueAt === null) return sla.remainingSeconds;
  const wall = (new Date(sla.dueAt).getTime() - now) / 1000;
  if (!leavesTimeOut(sla)) return wall;
  return wall < 0 && sla.remainingWorking >= 0 ? wall : Math.min(sla.remainingWorking, Math.max(wall, 0));
}

/** Nights, breaks or holidays lie before the deadline, or behind it. */
function leavesTimeOut(sla: Sla): boolean {
  return Math.abs(sla.remainingSeconds - sla.remainingWorking) > 1;
}

/** The server decides the state; between two of its answers a clock that ran out is already shown as breached. */
export function stateNow(sla: Sla, now: number): SlaState {
  const left = remaining(sla, now);
  return (sla.state === 'running' || sla.state === 'atRisk') && left !== null && left < 0 ? 'breached' : sla.state;
}

const TONES: Record<SlaState, Tone> = {
  running: 'info',
  paused: 'neutral',
  atRisk: 'warning',
  breached: 'danger',
  met: 'success',
  missed: 'danger',
};
export function slaTone(state: SlaState): Tone {
  return TONES[state];
}

/** A clock that stands because its case is closed tells nobody to hurry. */
const isOver = (sla: Sla) => sla.state === 'paused' && sla.pausedBy?.kind === 'closed';

export function slaText(sla: Sla, now: number): string {
  const state = stateNow(sla, now);
  const left = remaining(sla, now);
  if (state === 'met') return t('Met');
  if (state === 'missed') return t('Missed');
  if (isOver(sla)) return t('Stopped');
  if (left === null) return state === 'paused' ? t('Paused') : t('Running');
  if (state === 'paused') return t('{time} left, paused', { time: duration(left) });
  if (state === 'breached') return t('{time} over', { time: duration(left) });
  return t('{time} left', { time: duration(left) });
}

/** The sentence a screen reader gets: name, state and time, never colour. */
export function slaSentence(sla: Sla, now: number): string {
  const state = stateNow(sla, now);
  const names = {
    running: t('running'),
    paused: t('paused'),
    atRisk: t('at risk'),
    breached: t('breached'),
    met: t('met'),
    missed: t('missed'),
  };
  return `${sla.name}: ${slaText(sla, now)} (${names[state]})`;
}

const ORDER: Record<SlaState, number> = { breached: 0, atRisk: 1, running: 2, paused: 3, missed: 4, met: 5 };

/** The clock worth showing when there is room for one: the most urgent that still runs. */
export function mostUrgent(slas: Sla[], now: number): Sla | null {
  const sorted = [...slas].sort(
    (a, b) =>
      Number(isOver(a)) - Number(isOver(b)) ||
      ORDER[stateNow(a, now)] - ORDER[stateNow(b, now)] ||
      (remaining(a, now) ?? Infinity) - (remaining(b, now) ?? Infinity),
  );
  return sorted[0] ?? null;
}

/** What a paused clock waits for; null when it is not paused, or nobody said. */
export function pausedWhy(sla: Sla): string | null {
  if (sla.state !== 'paused' || sla.pausedBy == null) return null;
  const { kind, name } = sla.pausedBy;
  if (kind === 'closed') return t('the case is closed');
  return kind === 'stage' ? t('stage {name}', { name }) : name;
}

export function isAtRisk(slas: Sla[], now: number): boolean {
  return slas.some((sla) => ['atRisk', 'breached'].includes(stateNow(sla, now)));
}

export function casesCount(count: number): string {
  return plural('{count} case', '{count} cases', count);
}
