import { describe, expect, it } from 'vitest';
import type { Sla } from '../api/schema';
import { duration, isAtRisk, mostUrgent, pausedWhy, slaSentence, slaText, stateNow } from './sla';

const now = Date.parse('2026-11-21T12:00:00Z');
const sla = (state: Sla['state'], dueAt: string | null, remainingSeconds = 0): Sla => ({
  id: 's',
  name: 'First response',
  state,
  dueAt,
  remainingSeconds,
  remainingWorking: remainingSeconds,
  goalAt: null,
  target: 14_400,
  level: 'case',
  of: null,
  calendar: null,
  pausedBy: null,
  escalated: 0,
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
  it('what is left is working time: nights and weekends are no time to work', () => {
    const overTheWeekend = { ...sla('running', '2026-11-23T09:00:00Z', 45 * 3_600), remainingWorking: 3_600 };
    expect(slaText(overTheWeekend, now)).toBe('1h left');
    expect(slaText({ ...overTheWeekend, state: 'breached', remainingWorking: -1_800 }, now)).toBe('30m over');
    const soon = { ...overTheWeekend, dueAt: '2026-11-21T12:10:00Z' };
    expect(slaText(soon, now)).toBe('10m left');
  });
  it('a paused clock says what it waits for', () => {
    const paused = { ...sla('paused', null, 60), pausedBy: { kind: 'stage' as const, name: 'Decision' } };
    expect(pausedWhy(paused)).toBe('stage Decision');
    expect(pausedWhy({ ...paused, state: 'running' })).toBe(null);
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

it('a clock that stands because the case is closed is not told as time that is left', () => {
  const over = { ...sla('paused', null, 14_400), pausedBy: { kind: 'closed' as const, name: 'Closed' } };
  expect(slaText(over, now)).toBe('Stopped');
  expect(mostUrgent([over, sla('met', null, 60)], now)?.state).toBe('met');
});
