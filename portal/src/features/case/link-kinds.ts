/** What one case is to another, seen from either. */
import type { LinkKind } from '../../api/schema';
import { t } from '../../i18n';

interface Told {
  /** Said of this case. */
  outgoing: () => string;
  /** Said of this case, when the other one has the kind. */
  incoming: () => string;
}

export const LINK_KINDS: Record<LinkKind, Told> = {
  'relates-to': { outgoing: () => t('Relates to'), incoming: () => t('Relates to') },
  duplicates: { outgoing: () => t('Duplicates'), incoming: () => t('Is duplicated by') },
  blocks: { outgoing: () => t('Blocks'), incoming: () => t('Is blocked by') },
  'caused-by': { outgoing: () => t('Is caused by'), incoming: () => t('Causes') },
  'child-of': { outgoing: () => t('Is part of'), incoming: () => t('Has as a part') },
  'split-from': { outgoing: () => t('Was split off from'), incoming: () => t('Was split into') },
  'merged-into': { outgoing: () => t('Was merged into'), incoming: () => t('Took in') },
};

/** Whether people say so, and take it back; splitting and merging say the others. */
export function isByHand(kind: LinkKind): boolean {
  return kind !== 'split-from' && kind !== 'merged-into';
}

export function linkName(kind: LinkKind, isIncoming: boolean): string {
  return isIncoming ? LINK_KINDS[kind].incoming() : LINK_KINDS[kind].outgoing();
}

/** Links by what they say, in the order of the kinds. */
export function grouped<T extends { kind: LinkKind; isIncoming: boolean }>(links: T[]): { name: string; links: T[] }[] {
  const groups = new Map<string, T[]>();
  const kinds = Object.keys(LINK_KINDS);
  for (const link of links.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))) {
    const name = linkName(link.kind, link.isIncoming);
    groups.set(name, [...(groups.get(name) ?? []), link]);
  }
  return [...groups].map(([name, those]) => ({ name, links: those }));
}
