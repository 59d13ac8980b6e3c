/** A queue while it is being written: every member has a value. */
import type { DefineQueue, Queue } from '../../api/schema';
import { skillsOf, skillsText } from './skills-input';
import type { Strategy } from './strategy';

export interface Draft {
  id: string;
  name: string;
  description: string;
  users: string[];
  groups: string[];
  strategy: Strategy;
  skills: string;
  capacity: number | null;
  isPaused: boolean;
  reason: string;
  to: string | null;
  afterMinutes: number | null;
  length: number | null;
}

export function draftOf(queue: Queue | null): Draft {
  const settings = queue?.settings;
  return {
    id: queue?.id ?? '',
    name: queue?.name ?? '',
    description: queue?.description ?? '',
    users: queue?.members.users ?? [],
    groups: queue?.members.groups ?? [],
    strategy: settings?.strategy ?? 'pull',
    skills: skillsText(settings?.skills),
    capacity: settings?.capacity ?? null,
    isPaused: settings?.pause != null,
    reason: settings?.pause?.reason ?? '',
    to: settings?.overflow?.to ?? null,
    afterMinutes: settings?.overflow?.afterMinutes ?? null,
    length: settings?.overflow?.length ?? null,
  };
}

export function bodyOf(draft: Draft): DefineQueue {
  const { to, afterMinutes, length } = draft;
  return {
    name: draft.name,
    description: draft.description,
    members: { users: draft.users, groups: draft.groups },
    settings: {
      strategy: draft.strategy,
      skills: skillsOf(draft.skills),
      capacity: draft.capacity,
      pause: draft.isPaused ? { reason: draft.reason } : null,
      overflow: to === null ? null : { to, afterMinutes, length },
    },
  };
}
