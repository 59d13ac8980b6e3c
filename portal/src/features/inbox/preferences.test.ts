import { expect, it } from 'vitest';
import type { NotificationChannel, Preferences } from '../../api/schema';
import { addressIn, isWanted, usable, withAddresses, withWish } from './preferences';

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
const both = (text: string) => ({ en: text, de: text });
const inApp: NotificationChannel = { name: 'in-app', wish: 'inApp', label: both('In the app'), address: null };
const email: NotificationChannel = { name: 'email', wish: 'email', label: both('E-mail'), address: null };
const sms: NotificationChannel = {
  name: 'sms',
  wish: 'sms',
  label: both('SMS'),
  address: { member: 'phone', label: both('Phone'), input: 'tel', example: '+49' },
};

function names(preferences: Preferences, there: NotificationChannel[]) {
  return usable(preferences, there).map((channel) => channel.name);
}

it('only what the platform has set up is offered, and what leads to an address once it is known', () => {
  expect(names(nothing, [inApp])).toEqual(['in-app']);
  expect(names(nothing, [inApp, email, sms])).toEqual(['in-app', 'email']);
  const reachable = withAddresses(nothing, { phone: ' +4930123456 ' });
  expect(addressIn(reachable, sms)).toBe('+4930123456');
  expect(names(reachable, [inApp, sms])).toEqual(['in-app', 'sms']);
  expect(names(reachable, [inApp])).toEqual(['in-app']);
  expect(withAddresses(reachable, { phone: '  ' }).phone).toBeNull();
});
