import { beforeEach, expect, it } from 'vitest';
import {
  bindingsIn,
  chooseKey,
  commandOf,
  commands,
  conflictOf,
  isFor,
  isKey,
  keyOf,
  resetKeys,
  singleKey,
} from './keys';

beforeEach(() => localStorage.clear());

const press = (key: string, more: KeyboardEventInit & { target?: HTMLElement } = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  let heard: string | null = null;
  const listen = (each: Event) => {
    heard = singleKey(each as KeyboardEvent);
  };
  document.addEventListener('keydown', listen);
  (more.target ?? document.body).dispatchEvent(event);
  document.removeEventListener('keydown', listen);
  return heard;
};

it('no two commands that can be used on the same page begin with the same key', () => {
  const all = commands();
  expect(all.filter((each) => conflictOf(all, {}, each.id, each.key) !== null)).toEqual([]);
});

it('a key is one sign, alone or after the prefix', () => {
  expect(['j', '*', 'g x', '[', ''].every(isKey)).toBe(true);
  expect(['g', 'jj', ' ', 'g ', 'h x', 'Enter'].some(isKey)).toBe(false);
});

it('what is stored and is no key is left out', () => {
  expect(bindingsIn('{"close":"q","due":7,"labels":"long"}')).toEqual({ close: 'q' });
  expect([bindingsIn('[]'), bindingsIn('nonsense'), bindingsIn('null'), bindingsIn(null)]).toEqual([{}, {}, {}, {}]);
});

it('a chosen key stands for its command until all are as they were', () => {
  chooseKey('next-row', 'n');
  expect([isFor('next-row', 'n'), isFor('next-row', 'j')]).toEqual([true, false]);
  expect(keyOf(commandOf('previous-row'))).toBe('k');
  resetKeys();
  expect(isFor('next-row', 'j')).toBe(true);
});

it('a key is taken where both commands can be used, and free where they never meet', () => {
  const all = commands();
  expect(conflictOf(all, {}, 'due', 'p')?.id).toBe('priority');
  expect(conflictOf(all, {}, 'due', 'c')?.id).toBe('new-case');
  expect(conflictOf(all, {}, 'due', 'j')).toBeNull();
  expect(conflictOf(all, { priority: 'q' }, 'due', 'p')).toBeNull();
});

it('a key is heard unless someone types, holds a modifier or has switched keys off; AltGr writes a bracket', () => {
  const field = document.body.appendChild(document.createElement('input'));
  expect(press('p')).toBe('p');
  expect(press('p', { target: field })).toBeNull();
  expect(press('p', { ctrlKey: true })).toBeNull();
  expect(press('Enter')).toBeNull();
  expect(press('[', { ctrlKey: true, altKey: true, modifierAltGraph: true })).toBe('[');
  localStorage.setItem('casewright.shortcuts', 'off');
  expect(press('p')).toBeNull();
  field.remove();
});
