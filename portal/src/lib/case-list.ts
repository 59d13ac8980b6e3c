/**
 * The list that a person works through: which cases it showed, in their order, when they left it. A case stays in its place although it no longer
 * matches, so that "next" does not jump after every change. In this tab only.
 */
import { useSyncExternalStore } from 'react';
import type { CaseQuery } from '../api/schema';

export interface CaseList {
  query: CaseQuery;
  /** Numbers of the cases that were loaded. */
  numbers: string[];
  total: number;
  /** Where the next page begins; none when all are loaded. */
  cursor: string | null;
}
export interface Place {
  /** From one. */
  position: number;
  total: number;
  previous: string | null;
  next: string | null;
  /** The next one is on a page that is not loaded yet. */
  needsMore: boolean;
}

const STORED = 'casewright.case-list';
/** More than this nobody goes through in one sitting. */
const LONGEST = 2_000;

export function placeIn(list: CaseList | null, number: string): Place | null {
  if (list === null) return null;
  const index = list.numbers.indexOf(number);
  if (index < 0) return null;
  return {
    position: index + 1,
    total: Math.max(list.total, list.numbers.length),
    previous: list.numbers[index - 1] ?? null,
    next: list.numbers[index + 1] ?? null,
    needsMore: index === list.numbers.length - 1 && list.cursor !== null,
  };
}

/** The list with its next page; a case that moved down meanwhile keeps its first place. */
export function extended(list: CaseList, numbers: readonly string[], cursor: string | null): CaseList {
  return { ...list, numbers: [...new Set([...list.numbers, ...numbers])], cursor };
}

export function listIn(stored: string | null): CaseList | null {
  if (stored === null) return null;
  try {
    const list = JSON.parse(stored) as Partial<CaseList> | null;
    const isList =
      typeof list?.query === 'object' &&
      Array.isArray(list.numbers) &&
      list.numbers.every((number) => typeof number === 'string') &&
      typeof list.total === 'number';
    return isList ? ({ ...list, cursor: typeof list.cursor === 'string' ? list.cursor : null } as CaseList) : null;
  } catch {
    return null;
  }
}

let read: { stored: string | null; list: CaseList | null } = { stored: null, list: null };
function current(): CaseList | null {
  const stored = sessionStorage.getItem(STORED);
  if (stored !== read.stored) read = { stored, list: listIn(stored) };
  return read.list;
}

const listeners = new Set<() => void>();
const changed = () => listeners.forEach((listener) => listener());

export function keepList(list: CaseList): void {
  const isCut = list.numbers.length > LONGEST;
  const kept = isCut ? { ...list, numbers: list.numbers.slice(0, LONGEST), cursor: null } : list;
  sessionStorage.setItem(STORED, JSON.stringify(kept));
  changed();
}
export function forgetList(): void {
  sessionStorage.removeItem(STORED);
  changed();
}

export function useKeptList(): CaseList | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, current);
}
