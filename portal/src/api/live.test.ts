import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { setTokenSource } from './client';
import { isOffline, noteAnswer } from './connection';
import { LiveConnection, reconnectDelay, touchedKeys } from './live';

class Socket extends EventTarget {
  static readonly OPEN = 1;
  static readonly all: Socket[] = [];
  readyState = 1;
  closed = false;
  constructor() {
    super();
    Socket.all.push(this);
  }
  send(): void {}
  close(): void {
    this.closed = true;
  }
  ready(): void {
    this.dispatchEvent(new Event('open'));
    this.dispatchEvent(new MessageEvent('message', { data: '{"type":"ready"}' }));
  }
}

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
  it('a network that goes away ends a channel that would say nothing for minutes; one that comes back is used at once', () => {
    vi.stubGlobal('WebSocket', Socket);
    setTokenSource({
      token: () => 'token',
      renew: async () => null,
      expired: () => undefined,
      insufficient: () => undefined,
    });
    const live = new LiveConnection(new QueryClient(), () => 'ws://portal.test');
    live.start();
    Socket.all[0]?.ready();
    expect(live.state).toBe('live');
    noteAnswer(false);
    window.dispatchEvent(new Event('offline'));
    expect([live.state, Socket.all[0]?.closed, isOffline()]).toEqual(['offline', true, true]);
    window.dispatchEvent(new Event('online'));
    expect(Socket.all).toHaveLength(2);
    Socket.all[1]?.ready();
    expect([live.state, isOffline()]).toEqual(['live', false]);
    live.stop();
    window.dispatchEvent(new Event('online'));
    expect(Socket.all).toHaveLength(2);
    vi.unstubAllGlobals();
  });
});
