/** What can be found, and where it is shown. */
import type { SearchHit } from '../../api/schema';
import { t } from '../../i18n';
import type { IconName } from '../../ui/icons';
import type { CaseTab } from '../case/tabs';

export const KINDS = ['case', 'comment', 'mail', 'file'] as const;
export type HitKind = (typeof KINDS)[number];

export interface SearchFilters {
  q?: string;
  kind?: HitKind;
}

export function isKind(text: unknown): text is HitKind {
  return KINDS.some((kind) => kind === text);
}

/** What the address says. */
export function searchFilters(search: Record<string, unknown>): SearchFilters {
  // The router reads a number where one stands.
  const q = typeof search.q === 'number' ? String(search.q) : search.q;
  return { q: typeof q === 'string' && q !== '' ? q : undefined, kind: isKind(search.kind) ? search.kind : undefined };
}

export function kindName(kind: HitKind): string {
  return { case: t('Cases'), comment: t('Comments'), mail: t('Mails'), file: t('Files') }[kind];
}

export const KIND_ICONS: Record<HitKind, IconName> = { case: 'cases', comment: 'comment', mail: 'mail', file: 'file' };

/** The part of the case where it stands. */
export function tabOf(hit: Pick<SearchHit, 'kind'>): CaseTab {
  if (hit.kind === 'mail') return 'mail';
  return hit.kind === 'file' ? 'documents' : 'overview';
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
