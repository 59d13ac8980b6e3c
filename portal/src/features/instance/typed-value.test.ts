import { expect, it } from 'vitest';
import { line, read, readAll, written } from './typed-value';

it('a text is a value of its type, or says why it is none', () => {
  expect(read('String', '5')).toEqual({ value: '5' });
  expect(read('Integer', ' -12 ')).toEqual({ value: -12 });
  expect(read('Integer', '1.5')).toEqual({ fault: 'Enter a whole number' });
  expect(read('Integer', '')).toEqual({ fault: 'Enter a whole number' });
  expect(read('Integer', '2147483648')).toEqual({ fault: 'The number is too large for Integer' });
  expect(read('Integer', '-2147483648')).toEqual({ value: -2_147_483_648 });
  expect(read('Short', '40000')).toHaveProperty('fault');
  expect(read('Long', '9007199254740993')).toHaveProperty('fault');
  expect(read('Double', '1e3')).toEqual({ value: 1000 });
  expect(read('Double', 'x')).toEqual({ fault: 'Enter a number' });
  expect(read('Boolean', 'true')).toEqual({ value: true });
  expect(read('Json', '{"a": [1]}')).toEqual({ value: { a: [1] } });
  expect(read('Json', '{a}')).toEqual({ fault: 'This is no JSON' });
  expect(read('Date', '2026-12-02T10:00')).toEqual({ value: new Date('2026-12-02T10:00').toISOString() });
  expect(read('Date', '')).toHaveProperty('fault');
  expect(read('Null', 'whatever')).toEqual({ value: null });
});
it('what is written is read as what it was', () => {
  const at = new Date('2026-12-02T10:00').toISOString();
  for (const [type, value] of [
    ['String', 'x'],
    ['Long', 12],
    ['Boolean', false],
    ['Json', { a: { b: null } }],
    ['Date', at],
    ['Null', null],
  ] as const)
    expect(read(type, written(type, value))).toEqual({ value });
  // As the engine writes dates of variables.
  expect(written('Date', '2026-12-02T10:00:00.000+0000')).not.toBe('');
});
it('a message names each variable once', () => {
  const drafts = [
    { name: 'sum', type: 'Integer' as const, text: '7' },
    { name: ' sum', type: 'String' as const, text: '' },
    { name: '', type: 'String' as const, text: '' },
    { name: 'at', type: 'Date' as const, text: 'x' },
  ];
  const { variables, faults } = readAll(drafts);
  expect(variables).toEqual({ sum: { type: 'Integer', value: 7 } });
  expect(faults).toEqual([null, 'There are two of this name', 'Enter a name', 'Enter a date and a time']);
});
it('a list shows a line of a value', () => {
  expect(line({ a: 1 })).toBe('{"a":1}');
  expect(line('x'.repeat(500))).toHaveLength(161);
});
