/** Cases that a person has opened lately, in this browser only. Kept beside their drafts: they go with them when the person signs out. */
import { readDraft, writeDraft } from './drafts';

const KEY = 'recent';
const MOST = 8;

/** Numbers, the last one first. */
export function recentCases(now: number): string[] {
  try {
    const stored: unknown = JSON.parse(readDraft(KEY, now) || '[]');
    return Array.isArray(stored) ? stored.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

export function seeCase(ref: string, now: number): void {
  const others = recentCases(now).filter((each) => each !== ref);
  writeDraft(KEY, JSON.stringify([ref, ...others].slice(0, MOST)), now);
}

/** The number of a case that an address shows; an address that names it by its id is turned into one with the number. */
export function caseIn(path: string): string | null {
  return /^\/cases\/([A-Za-z]+-\d+)\//.exec(path)?.[1] ?? null;
}
