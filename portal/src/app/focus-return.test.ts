import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { returnFocus } from './focus-return';

let stop: () => void;
beforeEach(() => {
  document.body.innerHTML = '<button id="start">Close case</button><button id="other">Other</button>';
  stop = returnFocus();
});
afterEach(() => stop());

const button = (id: string) => document.getElementById(id) as HTMLButtonElement;
function open(role: string): HTMLElement {
  const part = document.createElement('div');
  part.setAttribute('role', role);
  part.innerHTML = '<button>Inside</button>';
  document.body.append(part);
  part.querySelector('button')?.focus();
  return part;
}

test('a dialog that is gone gives the keyboard back to where it was, past the menu that opened it', async () => {
  button('start').focus();
  const menu = open('menu');
  const dialog = open('dialog');
  menu.remove();
  dialog.remove();
  button('start').blur();
  await vi.waitFor(() => expect(document.activeElement).toBe(button('start')));
});

test('where the keyboard has gone on it stays', async () => {
  button('start').focus();
  const dialog = open('dialog');
  dialog.remove();
  button('other').focus();
  await Promise.resolve();
  expect(document.activeElement).toBe(button('other'));
});
