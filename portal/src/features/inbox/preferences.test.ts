import { expect, it } from 'vitest';
import type { Preferences } from '../../api/schema';
import { isWanted, usable, withWish } from './preferences';

const nothing: Preferences = { kinds: {}, phone: null, webhookUrl: null };

it('who said nothing is told in the app about everything and by mail about what concerns them', () => {
  expect(isWanted(nothing, 'task-created', 'inApp')).toBe(true);
  expect(isWanted(nothing, 'mention', 'email')).toBe(true);
  expect(isWanted(nothing, 'task-created', 'email')).toBe(false);
  expect(isWanted(nothing, 'mention', 'sms')).toBe(false);
});
it('a wish changes one channel of one kind and nothing else', () => {
  const next = withWish(nothing, 'mention', 'email', false);
  expect(isWanted(next, 'mention', 'email')).toBe(false);
  expect(isWanted(next, 'mention', 'inApp')).toBe(true);
  expect(isWanted(next, 'case-assigned', 'email')).toBe(true);
  expect(nothing.kinds).toEqual({});
});
it('only what the platform has set up is offered, and SMS and webhooks once it is known where they go', () => {
  expect(usable(nothing, ['in-app'])).toEqual(['inApp']);
  expect(usable(nothing, ['in-app', 'email', 'sms', 'webhook'])).toEqual(['inApp', 'email']);
  expect(usable({ ...nothing, phone: '+4930123456' }, ['in-app', 'sms'])).toEqual(['inApp', 'sms']);
  expect(usable({ ...nothing, phone: '+4930123456' }, ['in-app'])).toEqual(['inApp']);
});
