import { describe, expect, it } from 'vitest';
import { reconnectDelay, touchedKeys } from './live';

describe('live updates', () => {
  it('an event touches the reads that can show what changed, and no others', () => {
    expect(touchedKeys('cases')).toContain('cases');
    expect(touchedKeys('case:4711')).toEqual(expect.arrayContaining(['case', 'cases', 'tasks']));
    expect(touchedKeys('notifications')).toEqual(['notifications']);
    expect(touchedKeys('process:1')).toContain('instance');
    expect(touchedKeys('something-new')).toEqual([]);
  });
  it('waits longer after each failure, never more than about 20 s, and not all tabs the same time', () => {
    expect(reconnectDelay(1, 0)).toBeLessThan(reconnectDelay(3, 0));
    expect(reconnectDelay(50, 1)).toBeLessThanOrEqual(18_750);
    expect(reconnectDelay(4, 0)).not.toBe(reconnectDelay(4, 1));
  });
});
