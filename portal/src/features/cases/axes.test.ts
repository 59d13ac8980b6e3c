import { expect, it } from 'vitest';
import type { Case, CaseDefinition } from '../../api/schema';
import { AXES, axisOf, columnQuery, columnsOfAxis, isWithin } from './axes';

const claim = {
  key: 'claim',
  stages: [
    { id: 'intake', name: 'Intake' },
    { id: 'decision', name: 'Decision', wipLimit: { limit: 3, isHard: false } },
  ],
  statuses: [
    { id: 'open', name: 'Open', kind: 'open' },
    { id: 'waiting', name: 'Waiting', kind: 'paused' },
    { id: 'closed', name: 'Closed', kind: 'closed' },
  ],
  queues: ['claims'],
} as unknown as CaseDefinition;
const known = {
  queues: [
    { id: 'claims', name: 'Claims' },
    { id: 'loans', name: 'Loans' },
  ],
  people: [{ id: 'ben', name: 'Ben' }],
};
const item = { stage: 'intake', status: 'open', priority: 85, assignee: null, queue: 'claims' } as Case;
const ids = (axis: (typeof AXES)[number]) => columnsOfAxis(axis, claim, known).map(({ id }) => id);

it('every axis has its columns, and closed cases none', () => {
  expect(ids('stage')).toEqual(['intake', 'decision']);
  expect(ids('status')).toEqual(['open', 'waiting']);
  expect(ids('priority')).toEqual(['high', 'normal', 'low']);
  expect(ids('assignee')).toEqual(['none', 'ben']);
  expect(ids('queue')).toEqual(['claims', 'none']);
});
it('a case is in exactly one column of each axis', () => {
  for (const axis of AXES)
    expect(columnsOfAxis(axis, claim, known).filter((column) => column.has(item))).toHaveLength(1);
});
it('a stage tells how many cases it is meant to hold', () => {
  expect(columnsOfAxis('stage', claim, known).map(({ limit }) => limit)).toEqual([null, 3]);
});
it('a column asks for its own cases, and closed ones use up none of it', () => {
  const [, decision] = columnsOfAxis('stage', claim, known);
  const { open, closed } = columnQuery({ assignee: 'me' }, 'claim', decision as never);
  expect(open).toMatchObject({ assignee: 'me', definition: 'claim', stage: 'decision', statusKind: 'open,paused' });
  expect(closed).toMatchObject({ stage: 'decision', statusKind: 'closed' });
  const [waiting] = columnsOfAxis('status', claim, known);
  expect(columnQuery({}, 'claim', waiting as never).closed).toBeNull();
});
const shown = (axis: 'assignee' | 'queue', filters: object) =>
  columnsOfAxis(axis, claim, known)
    .filter((column) => isWithin(column, filters, 'ben'))
    .map(({ id }) => id);
it('columns that the filters leave empty are not shown', () => {
  expect(shown('assignee', { assignee: 'me' })).toEqual(['ben']);
  expect(shown('queue', { queue: 'any' })).toEqual(['claims']);
  expect(shown('queue', {})).toEqual(['claims', 'none']);
});
it('what is no axis is the stages', () => {
  expect(axisOf({ axis: 'weather' })).toBe('stage');
  expect(axisOf({ axis: 'queue' })).toBe('queue');
});
