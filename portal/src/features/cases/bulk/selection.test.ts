import { expect, it } from 'vitest';
import { chosenAfter, meant, type Chosen } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const nothing: Chosen = { ids: new Set(), everything: false };
const ids = (chosen: Chosen) => [...chosen.ids].sort().join('');

it('a row is chosen and let go, with shift all up to it', () => {
  const one = chosenAfter(nothing, order, 'b', null);
  expect(ids(one)).toBe('b');
  const four = chosenAfter(one, order, 'e', 'b');
  expect(ids(four)).toBe('bcde');
  expect(ids(chosenAfter(four, order, 'd', null))).toBe('bce');
  expect(ids(chosenAfter(four, order, 'c', 'e'))).toBe('b');
  expect(ids(chosenAfter(nothing, order, 'c', 'gone'))).toBe('c');
});
it('everything is meant by its filters, without what does not narrow', () => {
  const filters = { search: 'storm', sort: 'number', columns: 'number,title', view: 'v1' };
  expect(meant({ ids: new Set(['a']), everything: true }, filters)).toEqual({ filters: { search: 'storm' } });
  expect(meant({ ids: new Set(['a', 'b']), everything: false }, filters)).toEqual({ cases: ['a', 'b'] });
});
