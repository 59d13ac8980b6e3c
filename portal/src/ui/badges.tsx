/** Small marks with one meaning each: text and icon first, colour only on top. */
import { Group, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore, type ReactNode } from 'react';
import { meQuery, usersQuery } from '../api/queries';
import type { Case, Person, Sla } from '../api/schema';
import { t } from '../i18n';
import { ago, dateTime, initials, words } from '../lib/format';
import { slaSentence, slaText, slaTone, stateNow, type Tone, pausedWhy } from '../lib/sla';
import { Icon, type IconName } from './icons';

export function Tag({
  tone = 'neutral',
  icon,
  children,
  title,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span className={`cw-badge cw-tone-${tone}`} title={title}>
      {icon !== undefined && <Icon name={icon} size={12} stroke={2.25} />}
      <span>{children}</span>
    </span>
  );
}

const STATUS_TONE: Record<string, Tone> = { open: 'accent', paused: 'warning', closed: 'neutral' };
export function StatusTag({ item }: { item: Pick<Case, 'statusName' | 'statusKind'> }) {
  return <Tag tone={STATUS_TONE[item.statusKind] ?? 'neutral'}>{item.statusName}</Tag>;
}

/** One timer for all clocks on the page. */
let now = Date.now();
const watchers = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | null = null;
function watch(listener: () => void): () => void {
  watchers.add(listener);
  if (ticking === null) now = Date.now();
  ticking ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, 15_000);
  return () => {
    watchers.delete(listener);
    if (watchers.size === 0 && ticking !== null) {
      clearInterval(ticking);
      ticking = null;
    }
  };
}
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

const SLA_ICON = {
  running: 'clock',
  paused: 'pause',
  atRisk: 'clock',
  breached: 'flame',
  met: 'check',
  missed: 'close',
} as const;
function slaHint(sla: Sla): string {
  const why = pausedWhy(sla);
  if (why !== null) return t('{name}: paused, {why}', { name: sla.name, why });
  return sla.dueAt === null ? sla.name : t('{name}: due {at}', { name: sla.name, at: dateTime(sla.dueAt) });
}
/** `named`: where several stand side by side, each says which promise it is. */
export function SlaClock({ sla, named = false }: { sla: Sla; named?: boolean }) {
  const at = useNow();
  const state = stateNow(sla, at);
  return (
    <Tooltip label={slaHint(sla)}>
      <span className={`cw-badge cw-num cw-tone-${slaTone(state)}`} data-told>
        <Icon name={SLA_ICON[state]} size={12} stroke={2.25} />
        <span aria-hidden="true">{named ? `${sla.name}: ${slaText(sla, at)}` : slaText(sla, at)}</span>
        <span className="cw-visually-hidden">{slaSentence(sla, at)}</span>
      </span>
    </Tooltip>
  );
}

export function TimeAgo({ at }: { at: string | null | undefined }) {
  const current = useNow();
  if (at == null) return <span>–</span>;
  return (
    <time dateTime={at} title={dateTime(at)} className="cw-num">
      {ago(at, current)}
    </time>
  );
}

/** What the platform did by itself is told in the product's name, not by the id of the service. */
export function isSystem(id: string): boolean {
  return id.startsWith('system:');
}

/** The name behind a user id: the engine names people by id, the portal never does. */
export function usePersonName(person: Person | string | null | undefined): string | undefined {
  const id = typeof person === 'string' ? person : null;
  const me = useQuery({ ...meQuery, enabled: id !== null }).data;
  const users = useQuery({ ...usersQuery(''), enabled: id !== null }).data;
  if (id === null) return typeof person === 'string' ? person : personName(person) || undefined;
  if (isSystem(id)) return t('Casewright');
  return me?.id === id ? me.name : (users?.find((user) => user.id === id)?.name ?? words(id));
}

export function PersonName({ id }: { id: string | null }) {
  return <span>{usePersonName(id) ?? '–'}</span>;
}

/** Drawn by the style sheet: initials are decoration and no part of a control's text. */
export function Initials({ name, size = 22 }: { name: string; size?: number }) {
  return (
    <span
      className="cw-avatar cw-tone-accent"
      data-initials={initials(name)}
      style={{ width: size, height: size, fontSize: size * 0.42 }}
      aria-hidden="true"
    />
  );
}

export function PersonTag({ person, none }: { person: Person | string | null | undefined; none?: string }) {
  const name = usePersonName(person);
  if (name === undefined)
    return (
      <Text span size="sm" c="dimmed">
        {none ?? t('Nobody')}
      </Text>
    );
  return (
    <Group gap={7} wrap="nowrap" style={{ minWidth: 0 }}>
      <Initials name={name} />
      <span className="cw-clip">{name}</span>
    </Group>
  );
}

export function priorityName(value: number): string {
  return value >= 80 ? t('High') : value >= 40 ? t('Normal') : t('Low');
}

export function Priority({ value }: { value: number }) {
  return (
    <Tag tone={value >= 80 ? 'danger' : 'neutral'} title={t('Priority {value} of 100', { value })}>
      {priorityName(value)}
    </Tag>
  );
}

export function personName(person: Person | string | null | undefined): string {
  if (person == null) return '';
  if (typeof person === 'string') return isSystem(person) ? t('Casewright') : person;
  const name = isSystem(person.id) ? t('Casewright') : person.name;
  return person.onBehalfOf == null
    ? name
    : t('{machine} on behalf of {name}', { machine: name, name: person.onBehalfOf.name });
}
