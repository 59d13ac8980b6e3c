import { expect, it } from 'vitest';
import { fieldErrors, pointerPath } from './pointers';

const schema = {
  components: [
    { id: 'F1', key: 'amount', label: 'Amount' },
    { type: 'group', path: 'address', components: [{ id: 'F2', key: 'city', label: 'City' }] },
  ],
};

it("the server's pointers lead to the fields of the form, lists and groups included", () => {
  expect(pointerPath('/data/address/0/city')).toBe('address.city');
  expect(
    fieldErrors(schema, [
      { pointer: '/data/amount', code: 'max', detail: 'too much' },
      { pointer: '/data/address/city', code: 'required', detail: 'missing' },
    ]),
  ).toEqual([
    { fieldId: 'F1', label: 'Amount', message: 'too much' },
    { fieldId: 'F2', label: 'City', message: 'missing' },
  ]);
});
it('a pointer to no field is still told', () => {
  expect(fieldErrors(schema, [{ pointer: '/data/other', code: 'unknown-field' }])).toEqual([
    { fieldId: null, label: 'other', message: 'unknown-field' },
  ]);
});
