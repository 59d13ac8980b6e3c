import { describe, expect, it } from 'vitest';
import type { Sla } from '../api/schema';
import { duration, isAtRisk, mostUrgent, slaSentence, slaText, stateNow } from './sla';

const now = Date.parse('2026-11-21T12:00:00Z');
const sla = (state: Sla['state'], dueAt: string | null, remainingSeconds = 0): Sla => ({
  id: 's',
  name: 'First response',
  state,
  dueAt,
  remainingSeconds,
});

describe('SLA clocks', () => {
  it('say at most two units', () => {
    expect(duration(2 * 86_400 + 3 * 3_600 + 59)).toBe('2d 3h');
    expect(duration(45 * 60 + 10)).toBe('45m');
    expect(duration(30)).toBe('30s');
  });
  it('a running clock follows the wall clock, not the seconds of the last answer', () => {
    expect(slaText(sla('running', '2026-11-21T14:10:00Z', 9), now)).toBe('2h 10m left');
  });
  it('a clock that ran out between two answers is shown as breached', () => {
    expect(stateNow(sla('running', '2026-11-21T11:00:00Z'), now)).toBe('breached');
    expect(slaText(sla('running', '2026-11-21T11:00:00Z'), now)).toBe('1h over');
  });
  it('a paused clock stands still', () => {
    expect(slaText(sla('paused', '2026-11-20T00:00:00Z', 3_600), now)).toBe('1h left, paused');
  });
  it('the breached one is shown where there is room for one', () => {
    expect(
      mostUrgent(
        [sla('met', null), sla('running', '2026-11-22T00:00:00Z'), sla('breached', '2026-11-21T00:00:00Z')],
        now,
      )?.state,
    ).toBe('breached');
    expect(isAtRisk([sla('met', null)], now)).toBe(false);
  });
  it('a screen reader hears the name and the state', () => {
    expect(slaSentence(sla('atRisk', '2026-11-21T12:30:00Z'), now)).toBe('First response: 30m left (at risk)');
  });
});
