/** What a person is told, and where, when they said nothing: the server's defaults, so that the switches show what really happens. Pure. */
import type { ChannelWishes, Preferences } from '../../api/schema';
import type { Message } from '../../i18n';

export type Channel = 'inApp' | 'email' | 'sms' | 'webhook';
export const KINDS: [string, Message][] = [
  ['case-assigned', 'A case is assigned to me'],
  ['task-assigned', 'A task is assigned to me'],
  ['task-created', 'A task for my groups is new'],
  ['mail-received', 'Mail arrives in a case'],
  ['mention', 'Someone mentions me'],
  ['stage-changed', 'A case moves to another stage'],
  ['sla-at-risk', 'A deadline is at risk'],
  ['sla-breached', 'A deadline was missed'],
];

/** The channels that can be chosen: those the platform has set up (`there`, by the names of the API), once it knows where they lead. */
export function usable(preferences: Preferences, there: readonly string[]): Channel[] {
  const all: [Channel, string, boolean][] = [
    ['inApp', 'in-app', true],
    ['email', 'email', true],
    ['sms', 'sms', preferences.phone !== null],
    ['webhook', 'webhook', preferences.webhookUrl !== null],
  ];
  return all.filter(([, name, leads]) => leads && there.includes(name)).map(([channel]) => channel);
}

export function isWanted(preferences: Preferences, kind: string, channel: Channel): boolean {
  const said = preferences.kinds[kind]?.[channel];
  if (said != null) return said;
  if (channel === 'inApp') return true;
  return channel === 'email' && kind !== 'task-created' && kind !== 'stage-changed';
}

export function withWish(preferences: Preferences, kind: string, channel: Channel, wanted: boolean): Preferences {
  const before: ChannelWishes = preferences.kinds[kind] ?? { inApp: null, email: null, sms: null, webhook: null };
  return { ...preferences, kinds: { ...preferences.kinds, [kind]: { ...before, [channel]: wanted } } };
}
