/** What was found: how it is called, and where it opens. */
import type { SearchHit } from '../../api/schema';
import { t } from '../../i18n';
import type { IconName } from '../../ui/icons';
import type { CaseTab } from '../case/tabs';
import { isKind, type HitKind } from './kinds';

export function kindName(kind: HitKind): string {
  return {
    case: t('Cases'),
    comment: t('Comments'),
    mail: t('Mails'),
    file: t('Files'),
    task: t('Tasks'),
    record: t('Records'),
    person: t('People'),
  }[kind];
}

export const KIND_ICONS: Record<HitKind, IconName> = {
  case: 'cases',
  comment: 'comment',
  mail: 'mail',
  file: 'file',
  task: 'tasks',
  record: 'record',
  person: 'person',
};

/** The part of the case where it stands. */
export function tabOf(hit: Pick<SearchHit, 'kind'>): CaseTab {
  if (hit.kind === 'mail') return 'mail';
  return hit.kind === 'file' ? 'documents' : 'overview';
}

/** Where a hit opens: a person's cases, a task that is still to be done, a record, or the part of the case where it stands. */
export function placeOf(hit: Pick<SearchHit, 'kind' | 'id' | 'case' | 'isOpen'>) {
  if (hit.kind === 'person') return { to: '/cases', search: { assignee: hit.id } } as const;
  if (hit.kind === 'record') return { to: '/records/$id', params: { id: hit.id } } as const;
  if (hit.kind === 'task' && hit.isOpen === true) return { to: '/tasks/$id', params: { id: hit.id } } as const;
  return { to: '/cases/$ref/$tab', params: { ref: hit.case?.number ?? '', tab: tabOf(hit) } } as const;
}

/** Hits by kind, each kind where its best one stands; the order within a kind is kept. */
export function grouped(hits: readonly SearchHit[]): [HitKind, SearchHit[]][] {
  const groups = new Map<HitKind, SearchHit[]>();
  for (const hit of hits) {
    if (!isKind(hit.kind)) continue;
    const group = groups.get(hit.kind) ?? [];
    group.push(hit);
    groups.set(hit.kind, group);
  }
  return [...groups];
}
