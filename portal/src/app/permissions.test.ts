import { expect, it } from 'vitest';
import { allows } from './permissions';

it('a permission names a kind and an action, and a star stands for all of them', () => {
  expect(allows(['case:read', 'task:*'], 'case:read')).toBe(true);
  expect(allows(['case:read', 'task:*'], 'case:update')).toBe(false);
  expect(allows(['case:read', 'task:*'], 'task:assign')).toBe(true);
  expect(allows(['*:*'], 'deployment:create')).toBe(true);
  expect(allows(['*'], 'deployment:create')).toBe(true);
  expect(allows([], 'case:read')).toBe(false);
});
it('one kind is not another that begins like it', () => {
  expect(allows(['case-definition:*'], 'case:read')).toBe(false);
});
