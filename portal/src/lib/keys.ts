/**
 * Single keys: what each command is called, the key that it has, and the keys that a person chose instead in this browser.
 * They can be switched off (WCAG 2.1.4) and never fire while someone types.
 */
import { useSyncExternalStore } from 'react';
import { t } from '../i18n';

export type Where = 'everywhere' | 'list' | 'inbox' | 'case' | 'task';
export interface Shortcut {
  id: string;
  label: string;
  /** The key as it comes; `g x` for a key after `g`, nothing for none. */
  key: string;
  where: Where;
}

const COMMANDS = {
  help: { label: () => t('This help'), key: '?', where: 'everywhere' },
  search: { label: () => t('Search in the list'), key: '/', where: 'everywhere' },
  'new-case': { label: () => t('New case'), key: 'c', where: 'everywhere' },
  'next-row': { label: () => t('Next row'), key: 'j', where: 'list' },
  'previous-row': { label: () => t('Previous row'), key: 'k', where: 'list' },
  'choose-row': { label: () => t('Choose the row'), key: 'x', where: 'list' },
  'choose-all': { label: () => t('Choose all rows that are loaded'), key: '*', where: 'list' },
  columns: { label: () => t('Columns'), key: 'o', where: 'list' },
  'save-view': { label: () => t('Save as a view…'), key: 'w', where: 'list' },
  'told-done': { label: () => t('Done'), key: 'e', where: 'inbox' },
  'told-snooze': { label: () => t('Put off until tomorrow'), key: 'z', where: 'inbox' },
  'previous-case': { label: () => t('Previous case'), key: '[', where: 'case' },
  'next-case': { label: () => t('Next case'), key: ']', where: 'case' },
  'assign-me': { label: () => t('Assign to me'), key: 'i', where: 'case' },
  assign: { label: () => t('Change the assignee'), key: 'a', where: 'case' },
  stage: { label: () => t('Change the stage'), key: 's', where: 'case' },
  status: { label: () => t('Change the status'), key: 't', where: 'case' },
  priority: { label: () => t('Priority of the case'), key: 'p', where: 'case' },
  due: { label: () => t('Due date of the case'), key: 'd', where: 'case' },
  labels: { label: () => t('Labels of the case'), key: 'l', where: 'case' },
  comment: { label: () => t('Write a comment'), key: 'm', where: 'case' },
  reply: { label: () => t('Reply by mail'), key: 'r', where: 'case' },
  link: { label: () => t('Link a case'), key: '', where: 'case' },
  close: { label: () => t('Close or open again'), key: 'e', where: 'case' },
  print: { label: () => t('Print'), key: '', where: 'case' },
  dossier: { label: () => t('Print the dossier'), key: '', where: 'case' },
  claim: { label: () => t('Claim the task'), key: 'i', where: 'task' },
  release: { label: () => t('Release the task'), key: 'u', where: 'task' },
  complete: { label: () => t('Complete the task'), key: 'e', where: 'task' },
} satisfies Record<string, { label: () => string; key: string; where: Where }>;
export type CommandId = keyof typeof COMMANDS;

export function commands(): Shortcut[] {
  return Object.entries(COMMANDS).map(([id, { label, ...rest }]) => ({ id, label: label(), ...rest }));
}
export function commandOf(id: string): Shortcut | undefined {
  return commands().find((command) => command.id === id);
}

const SWITCH = 'casewright.shortcuts';
const STORED = 'casewright.keys';
/** The first key of those that lead to a place. */
export const PREFIX = 'g';
export type Bindings = Readonly<Record<string, string>>;

/** One printed sign, alone or after the prefix; the prefix alone is none. */
export function isKey(key: string): boolean {
  return key === '' || (key !== PREFIX && /^(g )?[^\s]$/u.test(key));
}

/** What a browser has stored: whatever is no key is left out. */
export function bindingsIn(stored: string | null): Bindings {
  try {
    const parsed: unknown = JSON.parse(stored ?? '{}');
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((each): each is [string, string] => typeof each[1] === 'string' && isKey(each[1])),
    );
  } catch {
    return {};
  }
}

let read: { stored: string | null; bindings: Bindings } = { stored: null, bindings: {} };
function bindings(): Bindings {
  const stored = localStorage.getItem(STORED);
  if (stored !== read.stored) read = { stored, bindings: bindingsIn(stored) };
  return read.bindings;
}

const listeners = new Set<() => void>();
function watch(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}
const changed = () => listeners.forEach((listener) => listener());

export function useBindings(): Bindings {
  return useSyncExternalStore(watch, bindings);
}

/** The key of a command: the chosen one, else the one it has. */
export function keyOf(shortcut: Pick<Shortcut, 'id' | 'key'> | undefined, chosen: Bindings = bindings()): string {
  return shortcut === undefined ? '' : (chosen[shortcut.id] ?? shortcut.key);
}

/** Whether an event's key is that of a command. */
export function isFor(id: CommandId, key: string): boolean {
  return keyOf({ id, key: COMMANDS[id].key }) === key;
}

/** The other command that has this key where both can be used. */
export function conflictOf(all: readonly Shortcut[], chosen: Bindings, id: string, key: string): Shortcut | null {
  const own = all.find((each) => each.id === id);
  if (own === undefined || key === '') return null;
  const meet = (other: Shortcut) =>
    other.where === own.where || other.where === 'everywhere' || own.where === 'everywhere';
  return all.find((each) => each.id !== id && meet(each) && keyOf(each, chosen) === key) ?? null;
}

export function chooseKey(id: string, key: string): void {
  localStorage.setItem(STORED, JSON.stringify({ ...bindings(), [id]: key }));
  changed();
}
export function resetKeys(): void {
  localStorage.removeItem(STORED);
  changed();
}

export const areKeysOn = () => localStorage.getItem(SWITCH) !== 'off';
export function switchKeys(on: boolean): void {
  localStorage.setItem(SWITCH, on ? 'on' : 'off');
}

/** The key of an event that may start a command; null while someone types, with a modifier, or when keys are switched off. */
export function singleKey(event: KeyboardEvent): string | null {
  // AltGr is how many keyboards write brackets; it is reported as Ctrl and Alt.
  const isWritten = event.getModifierState('AltGraph');
  if (event.defaultPrevented || event.metaKey || ((event.ctrlKey || event.altKey) && !isWritten)) return null;
  if (event.key.length !== 1 || !areKeysOn() || isTyping(event.target)) return null;
  return event.key;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [role="dialog"], [role="menu"], .fjs-container') !== null)
  );
}
