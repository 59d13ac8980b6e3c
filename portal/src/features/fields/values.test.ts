import { expect, it } from 'vitest';
import type { CaseDefinition, CaseField } from '../../api/schema';
import { durationOf, durationText, partsOf } from './duration';
import { fieldText } from './field';
import { groupsOf } from './field-groups';
import { hasConditions, stateIn } from './field-states';
import { inLanguage } from './labels';
import { amountOf, moneyText, typedAs } from './money';
import type { FieldKind } from './registry';
import { instantIn, zonedIn, zonedOf } from './zoned';

const told = (type: FieldKind, value: unknown, more: Partial<CaseField> = {}) =>
  fieldText({ key: 'x', label: 'X', type, required: false, ...more }, value);

it('an amount is typed as people write it and sent as a plain decimal number', () => {
  expect(amountOf('1,234.50', 'en-US')).toBe('1234.50');
  expect(amountOf('1.234,50', 'de-DE')).toBe('1234.50');
  expect(amountOf('12 345,5', 'de-DE')).toBe('12345.5');
  expect(amountOf('-7', 'en-US')).toBe('-7');
  expect(typedAs('1234.50', 'de-DE')).toBe('1234,50');
  // What is no number is not turned into another one.
  for (const wrong of ['abc', '1e5', '1.2.3', '12,5,6', '']) expect(amountOf(wrong, 'en-US')).toBe(wrong);
});
it('money is told exactly, whatever its size', () => {
  const money = { amount: '9007199254740993.10', currency: 'EUR' };
  expect(moneyText(money, 'en-US')).toBe('€9,007,199,254,740,993.10');
  expect(moneyText({ amount: '5', currency: 'JPY' }, 'en-US')).toBe('¥5');
  expect(moneyText({ amount: 'abc', currency: 'EUR' }, 'en-US')).toBeNull();
  expect(moneyText(5, 'en-US')).toBeNull();
});
it('a duration is days, hours and minutes, and others are told and left alone', () => {
  expect(partsOf('P2DT4H')).toEqual({ days: 2, hours: 4, minutes: 0 });
  expect(durationOf({ days: 0, hours: 1, minutes: 30 })).toBe('PT1H30M');
  expect(durationOf({ days: 0, hours: 0, minutes: 0 })).toBeNull();
  for (const other of ['P1Y', 'PT5S', 'P', 'two days', null]) expect(partsOf(other)).toBeNull();
  expect(durationText('P1Y6M', 'en-US')).toBe('1 year, 6 months');
  expect(durationText('P2DT4H', 'en-US')).toBe('2 days, 4 hours');
});
it('a time keeps its zone through summer and winter', () => {
  expect(zonedOf({ local: '2026-12-24T10:00', zone: 'Europe/Berlin' })).toBe(
    '2026-12-24T10:00:00+01:00[Europe/Berlin]',
  );
  expect(zonedOf({ local: '2026-07-24T10:00', zone: 'America/New_York' })).toBe(
    '2026-07-24T10:00:00-04:00[America/New_York]',
  );
  // The clocks skip this hour.
  expect(zonedOf({ local: '2026-03-29T02:30', zone: 'Europe/Berlin' })).toBe(
    '2026-03-29T03:30:00+02:00[Europe/Berlin]',
  );
  expect(zonedOf({ local: '', zone: 'UTC' })).toBeNull();
  expect(zonedOf({ local: '2026-03-29T02:30', zone: 'Nowhere/Land' })).toBeNull();
  expect(zonedIn('2026-12-24T10:00:00+01:00[Europe/Berlin]')).toEqual({
    local: '2026-12-24T10:00',
    zone: 'Europe/Berlin',
  });
  expect(zonedIn('2026-12-24T10:00:00Z')).toBeNull();
  expect(instantIn('2026-12-24T10:00:00+01:00[Europe/Berlin]')).toBe('2026-12-24T10:00:00+01:00');
});
it('every kind is told in words', () => {
  expect(told('money', { amount: '12.50', currency: 'USD' })).toMatch(/12\.50/);
  expect(told('person', { id: 'ben', name: 'Ben Okafor' })).toBe('Ben Okafor');
  expect(told('reference', { id: 'c-1', number: 'CLM-000001' })).toBe('CLM-000001');
  expect(told('multi-select', ['water', 'storm'])).toBe('water, storm');
  expect(told('duration', 'PT4H')).toBe('4 hours');
  expect(told('datetime', '2026-12-24T10:00:00+01:00[Europe/Berlin]')).toMatch(/10:00.*\(Europe\/Berlin\)/);
  const columns = [{ key: 'what', label: 'What' }];
  expect(told('table', [{ what: 'Sofa' }, {}], { columns })).toBe('2 rows: Sofa');
  expect(told('computed', { amount: '1.00', currency: 'EUR' }, { result: 'money' })).toMatch(/1\.00/);
  expect(told('computed', true, { result: 'boolean' })).toBe('Yes');
});
it('labels are in the reader’s language, or the nearest there is', () => {
  const texts = { de: 'Betrag', 'pt-BR': 'Valor' };
  expect(inLanguage('Amount', texts, 'de')).toBe('Betrag');
  expect(inLanguage('Amount', texts, 'pt-BR')).toBe('Valor');
  expect(inLanguage('Amount', texts, 'en')).toBe('Amount');
  expect(inLanguage('Amount', { 'de-AT': 'Summe' }, 'de')).toBe('Summe');
  expect(inLanguage('Amount', undefined, 'de')).toBe('Amount');
});
it('sections follow what stands in none, and what is hidden is left out with its section', () => {
  const definition = {
    key: 'claim',
    fields: ['a', 'b', 'c', 'd'].map((key) => ({ key, label: key, type: 'string', required: false })),
    sections: [
      { title: 'One', fields: ['c', 'a'] },
      { title: 'Two', fields: ['d'] },
    ],
  } as unknown as CaseDefinition;
  const shown = groupsOf(definition, (field) => ({ visible: field.key !== 'd', required: false, value: null }));
  expect(shown.map(({ section, fields }) => [section?.title, fields.map((field) => field.key)])).toEqual([
    [undefined, ['b']],
    ['One', ['c', 'a']],
  ]);
  expect(hasConditions(definition)).toBe(false);
  const [first] = definition.fields as [CaseField];
  expect(hasConditions({ ...definition, fields: [{ ...first, visibleWhen: 'b = 1' }] })).toBe(true);
  // Nothing disappears before the server has said so.
  expect(stateIn(undefined, { ...first, required: true }, 'x')).toEqual({ visible: true, required: true, value: 'x' });
});
