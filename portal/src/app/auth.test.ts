import { afterEach, describe, expect, it } from 'vitest';
import { organisation } from './auth';

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
