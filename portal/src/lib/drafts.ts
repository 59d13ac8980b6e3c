/**
 * Unsent work survives a reload: kept per person and item in this browser only, removed when it was sent and when the
 * person signs out.
 * What one person wrote is never shown to the next one who signs in here.
 */
import { useCallback, useState } from 'react';

const PREFIX = 'casewright.draft.';
const FORMS = 'casewright.form.';
const KEEP_MS = 14 * 24 * 3_600_000;

let owner = '';

/** Whose drafts are read and written from now on; what is older than two weeks is removed, whoever wrote it. */
export function draftsOf(person: string, now: number): void {
  owner = encodeURIComponent(person);
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && !(now - writtenAt(localStorage.getItem(name) ?? '') <= KEEP_MS))
      localStorage.removeItem(name);
  }
}

/** Nothing of what this person wrote and did not send stays in the browser: they have said that they go. */
export function forgetDrafts(): void {
  forget(localStorage, `${PREFIX}${owner}/`);
  forget(sessionStorage, `${FORMS}${owner}/`);
}

function forget(store: Storage, prefix: string): void {
  for (const name of Object.keys(store)) if (name.startsWith(prefix)) store.removeItem(name);
}

const named = (key: string) => `${PREFIX}${owner}/${key}`;
const writtenAt = (stored: string) => Number(stored.slice(0, stored.indexOf(':')));

export function readDraft(key: string, now: number): string {
  const stored = localStorage.getItem(named(key));
  if (stored === null) return '';
  if (now - writtenAt(stored) <= KEEP_MS) return stored.slice(stored.indexOf(':') + 1);
  localStorage.removeItem(named(key));
  return '';
}

export function writeDraft(key: string, text: string, now: number): void {
  if (text.trim() === '') localStorage.removeItem(named(key));
  else localStorage.setItem(named(key), `${now}:${text}`);
}

export interface Written {
  kind: string;
  /** Id of the item that it was written for. */
  id: string;
  text: string;
}

/** What this person has written and not sent, of these kinds; the newest first. */
export function writtenTo(kinds: readonly string[]): Written[] {
  const own = `${PREFIX}${owner}/`;
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(own))
    .flatMap((name) => {
      const [kind, ...id] = name.slice(own.length).split('.');
      if (kind === undefined || id.length === 0 || !kinds.includes(kind)) return [];
      const stored = localStorage.getItem(name) ?? '';
      const written = { kind, id: id.join('.'), text: stored.slice(stored.indexOf(':') + 1) };
      return [{ at: writtenAt(stored), written }];
    })
    .sort((a, b) => b.at - a.at)
    .map(({ written }) => written);
}

/** The component that uses it carries the item as its React key: another item is another draft. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => readDraft(key, Date.now()));
  const change = useCallback(
    (next: string) => {
      writeDraft(key, next, Date.now());
      setText(next);
    },
    [key],
  );
  return [text, change];
}

/** What was entered into a form, in this tab only: it may be a customer's data. */
export function readForm(key: string): Record<string, unknown> {
  const stored = sessionStorage.getItem(`${FORMS}${owner}/${key}`);
  if (stored === null) return {};
  const parsed: unknown = JSON.parse(stored);
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
}

export function writeForm(key: string, data: Record<string, unknown>): void {
  sessionStorage.setItem(`${FORMS}${owner}/${key}`, JSON.stringify(data));
}

export function clearForm(key: string): void {
  sessionStorage.removeItem(`${FORMS}${owner}/${key}`);
}
