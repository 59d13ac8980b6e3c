import { afterEach, describe, expect, it } from 'vitest';
import { mayAskAgain, organisation } from './auth';

describe('the organisation to sign in to', () => {
  afterEach(() => localStorage.clear());

  it('is that of the address, and is remembered until another one is asked for', () => {
    expect(organisation('')).toBe('');
    expect(organisation('?organisation=harbor&x=1')).toBe('harbor');
    expect(organisation('?x=1')).toBe('harbor');
    expect(organisation('?organisation=')).toBe('');
    expect(organisation('')).toBe('');
  });
});

it('a person whose sign-in is not enough is asked again, and not for ever', () => {
  sessionStorage.clear();
  expect(mayAskAgain(1_000_000)).toBe(true);
  expect(mayAskAgain(1_030_000)).toBe(false);
  expect(mayAskAgain(1_060_000)).toBe(true);
  sessionStorage.clear();
});
