import { expect, it } from 'vitest';
import { Presence } from './presence';

const ben = { id: 'ben', name: 'Ben', activity: 'replying' as const, detail: null, since: '2026-01-01T00:00:00Z' };

it('the weightiest of what somebody does is said, and again after a new connection', () => {
  const presence = new Presence();
  const said: unknown[] = [];
  presence.connected((message) => said.push(message));
  const leave = presence.begin('c1', 'viewing');
  const stop = presence.begin('c1', 'replying');
  expect(said.at(-1)).toEqual({ type: 'present', case: 'c1', activity: 'replying' });
  presence.disconnected();
  presence.connected((message) => said.push(message));
  expect(said).toHaveLength(3);
  stop();
  expect(said.at(-1)).toEqual({ type: 'present', case: 'c1', activity: 'viewing' });
  leave();
  expect(said.at(-1)).toEqual({ type: 'absent', case: 'c1' });
});

it('without a connection nobody is shown', () => {
  const presence = new Presence();
  let changes = 0;
  presence.onChange(() => (changes += 1));
  presence.received('c1', [ben]);
  expect(presence.at('c1')).toEqual([ben]);
  presence.disconnected();
  expect(presence.at('c1')).toEqual([]);
  expect(presence.at('c1')).toBe(presence.at('c2'));
  expect(changes).toBe(2);
});
