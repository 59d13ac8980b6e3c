import { expect, it } from 'vitest';
import { daysText, holidaysOf, holidaysText } from './days';

it('days that follow each other are a range', () => {
  expect(daysText(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])).toBe('Mon–Fri');
  expect(daysText(['saturday', 'monday'])).toBe('Mon, Sat');
});
it('holidays are a line each, with their name and their region', () => {
  const text = '2026-12-25 Christmas Day\n2026-11-01 All Saints [DE-BY]\n2026-01-01';
  expect(holidaysOf(text)).toEqual([
    { date: '2026-12-25', name: 'Christmas Day', region: null },
    { date: '2026-11-01', name: 'All Saints', region: 'DE-BY' },
    { date: '2026-01-01', name: '', region: null },
  ]);
  expect(holidaysText(holidaysOf(text))).toBe(text);
});
