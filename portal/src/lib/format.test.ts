import { expect, it } from 'vitest';
import { ago, bytes, counted, fieldValue, initials, isOpaque, words } from './format';

it('keys without a label become words', () => {
  expect(words('policyNumber')).toBe('Policy number');
  expect(words('first-response')).toBe('First response');
});
it('an id that nobody chose is not shown; a number that people use is', () => {
  expect(isOpaque('3a1295f3-2849-538b-afd7-2fb22865b44f')).toBe(true);
  expect(isOpaque(null)).toBe(true);
  expect(isOpaque('CLM-000042')).toBe(false);
});
it('values read as people write them', () => {
  expect(fieldValue(true)).toBe('Yes');
  expect(fieldValue(null)).toBe('–');
  expect(fieldValue(1250.5)).toBe('1,250.5');
  expect(fieldValue(['a', 1])).toBe('a, 1');
});
it('sizes and times', () => {
  expect(bytes(null)).toBe('–');
  expect(bytes(1_500_000)).toBe('1.5 MB');
  expect(ago('2026-11-21T11:59:50Z', Date.parse('2026-11-21T12:00:00Z'))).toBe('just now');
  expect(initials('Anna Maria Meyer')).toBe('AM');
});

it('a total that stands for more says so', () => {
  expect(counted(99_999)).toBe('99,999');
  expect(counted(100_000)).toBe('100,000+');
  expect(counted(1_000_000)).toBe('1,000,000');
});
