/** What a person is told, and where, when they said nothing: the server's defaults, so that the switches show what really happens. Pure. */
import type { ChannelWishes, NotificationChannel, Preferences } from '../../api/schema';
import { locale, type Message } from '../../i18n';

/** The name of a channel's wish in preferences: the platform says which there are. */
export type Channel = keyof ChannelWishes;
export const KINDS: [string, Message][] = [
  ['case-assigned', 'A case is assigned to me'],
  ['task-assigned', 'A task is assigned to me'],
  ['task-created', 'A task for my groups is new'],
  ['mail-received', 'Mail arrives in a case'],
  ['mention', 'Someone mentions me'],
  ['stage-changed', 'A case moves to another stage'],
  ['case-followed', 'Something happens in a case that I follow'],
  ['sla-at-risk', 'A deadline is at risk'],
  ['sla-breached', 'A deadline was missed'],
];

export function wishOf(channel: NotificationChannel): Channel {
  return channel.wish as Channel;
}

/** What people call a channel, or where it leads; in English where the server does not speak the language. */
export function words(texts: { en: string; de: string }): string {
  return locale() === 'de' ? texts.de : texts.en;
}

/** Where a channel leads, as the person has said; empty: they have not. */
export function addressIn(preferences: Preferences, channel: NotificationChannel): string {
  if (channel.address === null) return '';
  const said = preferences[channel.address.member as keyof Preferences];
  return typeof said === 'string' ? said : '';
}

export function withAddresses(preferences: Preferences, addresses: Record<string, string>): Preferences {
  const said = Object.entries(addresses).map(([member, text]) => [member, text.trim() || null]);
  return { ...preferences, ...Object.fromEntries(said) };
}

/** The channels that can be chosen: those the platform has set up, once it knows where they lead. */
export function usable(preferences: Preferences, there: readonly NotificationChannel[]): NotificationChannel[] {
  return there.filter((channel) => channel.address === null || addressIn(preferences, channel) !== '');
}

export function isWanted(preferences: Preferences, kind: string, channel: Channel): boolean {
  const said = preferences.kinds[kind]?.[channel];
  if (said != null) return said;
  if (channel === 'inApp') return true;
  return channel === 'email' && !['task-created', 'stage-changed', 'case-followed'].includes(kind);
}

export function withWish(preferences: Preferences, kind: string, channel: Channel, wanted: boolean): Preferences {
  const before: Partial<ChannelWishes> = preferences.kinds[kind] ?? {};
  return { ...preferences, kinds: { ...preferences.kinds, [kind]: { ...before, [channel]: wanted } as ChannelWishes } };
}
