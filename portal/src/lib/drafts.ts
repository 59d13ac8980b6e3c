/** Unsent text survives a reload: kept per item in this browser only, removed when it was sent. */
import { useCallback, useState } from 'react';

const PREFIX = 'casewright.draft.';
const KEEP_MS = 14 * 24 * 3_600_000;

export function readDraft(key: string, now: number): string {
  const stored = localStorage.getItem(PREFIX + key);
  if (stored === null) return '';
  const at = Number(stored.slice(0, stored.indexOf(':')));
  if (now - at <= KEEP_MS) return stored.slice(stored.indexOf(':') + 1);
  localStorage.removeItem(PREFIX + key);
  return '';
}

export function writeDraft(key: string, text: string, now: number): void {
  if (text.trim() === '') localStorage.removeItem(PREFIX + key);
  else localStorage.setItem(PREFIX + key, `${now}:${text}`);
}

/** The component that uses it carries the item as its React key: another item is another draft. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => readDraft(key, Date.now()));
  const change = useCallback((next: string) => {
    writeDraft(key, next, Date.now());
    setText(next);
  }, [key]);
  return [text, change];
}
