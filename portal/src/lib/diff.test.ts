import { expect, it } from 'vitest';
import type { Case } from '../api/schema';
import { changes } from './diff';

const base = {
  title: 'Roof',
  stageName: 'Intake',
  statusName: 'Open',
  queue: 'claims',
  priority: 50,
  assignee: null,
  dueAt: null,
  labels: [],
  fields: { amount: 1, policy: 'A' },
} as unknown as Case;

it('after a conflict only what differs is listed, and what both touched collides', () => {
  const theirs = { ...base, title: 'Roof and garage', fields: { amount: 2, policy: 'A' } } as Case;
  const rows = changes(base, theirs, { 'fields.amount': 3 }, (key) => key);
  expect(rows.map((row) => row.label).sort()).toEqual(['fields.amount', 'title']);
  expect(rows.find((row) => row.label === 'fields.amount')?.collides).toBe(true);
  expect(rows.find((row) => row.label === 'title')?.collides).toBe(false);
});
