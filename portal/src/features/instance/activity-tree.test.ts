import { expect, it } from 'vitest';
import type { ActivityInstance } from '../../api/instances';
import { branches } from './activity-tree';

const activity = (id: string, parentId: string | null) => ({ id, parentId }) as ActivityInstance;

it('what is inside stands below what it is inside of', () => {
  const all = [
    activity('later', 'process'),
    activity('inner', 'sub'),
    activity('sub', 'process'),
    activity('innermost', 'inner'),
  ];
  expect(branches(all).map(({ activity: { id }, depth }) => `${depth} ${id}`)).toEqual([
    '0 later',
    '0 sub',
    '1 inner',
    '2 innermost',
  ]);
});
