import { expect, it } from 'vitest';
import type { CaseDefinition, CaseField } from '../../api/schema';
import { fieldPointer, fieldsOf, fieldText, isAt } from './field';
import type { FieldKind } from './registry';

const told = (type: FieldKind, value: unknown) =>
  fieldText({ key: 'x', label: 'X', type, required: false } as CaseField, value);

it('a value is told by the kind of its field, not by how it looks', () => {
  expect(told('string', '2026-11-21T10:00:00Z')).toBe('2026-11-21T10:00:00Z');
  expect(told('datetime', '2026-11-21T10:00:00Z')).toMatch(/2026/);
  expect(told('datetime', '2026-11-21T10:00:00Z')).not.toContain('T10');
  expect(told('date', '2026-11-21')).toMatch(/Nov 21, 2026|21 Nov 2026/);
  expect(told('number', 1250.5)).toBe('1,250.5');
  expect(told('boolean', false)).toBe('No');
  expect(told('select', 'Water')).toBe('Water');
  expect(told('json', { a: [1] })).toBe('{"a":[1]}');
  expect(told('files', [{ fileId: 'f1', name: 'roof.png' }])).toBe('roof.png');
});
it('nothing is a dash whatever the kind; a value of an older kind is still told', () => {
  for (const nothing of [null, undefined, '']) expect(told('date', nothing)).toBe('–');
  expect(told('number', 'about 700')).toBe('about 700');
  expect(told('date', 'soon')).toBe('soon');
  expect(told('json', [{ fileId: 'f1', name: 'roof.png' }])).toBe('roof.png');
});
it('a key that the definition does not have is told in words', () => {
  const fields = fieldsOf({
    fields: [{ key: 'amount', label: 'Amount (EUR)', type: 'number' }],
  } as unknown as CaseDefinition);
  expect([fields.label('amount'), fields.text('amount', 1000)]).toEqual(['Amount (EUR)', '1,000']);
  expect([fields.label('policyNumber'), fields.text('policyNumber', 'HB-1')]).toEqual(['Policy number', 'HB-1']);
});
it('a refusal finds its field by the pointer, keys with a slash included', () => {
  expect(fieldPointer('a/b~c')).toBe('/fields/a~1b~0c');
  expect(isAt({ pointer: '/fields/photos/0', code: 'unknown-file' }, '/fields/photos')).toBe(true);
  expect(isAt({ pointer: '/fields/photos2', code: 'type' }, '/fields/photos')).toBe(false);
});
