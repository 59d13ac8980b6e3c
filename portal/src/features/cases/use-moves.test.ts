import { expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { refusalOf } from './use-moves';

const refused = (problem: object) => new ApiError({ status: 422, code: 'invalid-case', ...problem });

it('a card says what the server said of the move', () => {
  expect(refusalOf(refused({ detail: 'Nobody may.' }), 'Decision')).toBe('Not moved to Decision: Nobody may.');
  const errors = [
    { pointer: '/fields/a', code: 'required', detail: 'Amount is needed' },
    { pointer: '/fields/b', code: 'required', detail: 'Decision is needed' },
  ];
  expect(refusalOf(refused({ errors }), 'Decision')).toBe(
    'Not moved to Decision: Amount is needed · Decision is needed',
  );
  expect(refusalOf(new ApiError({ status: 412, code: 'version-mismatch' }), 'Decision')).toMatch(/^Someone else/);
});
