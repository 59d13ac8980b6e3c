import { expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import type { Case, CaseProcess } from '../../api/schema';
import { isRule, openWorkIn, openWorkOf, waitsForChildren } from './open-work';

const item = (openTaskCount: number, ...states: CaseProcess['state'][]) =>
  ({ openTaskCount, processInstances: states.map((state) => ({ name: state, state })) }) as unknown as Case;

const refused = (code: string) => new ApiError({ status: 409, code });

it('what the server refuses to close over is named; other refusals name nothing', () => {
  const details = {
    tasks: 1,
    processes: 1,
    items: [
      { kind: 'process', id: 'p1', name: 'Claim handling' },
      { kind: 'task', id: 't1', name: 'Check papers', assignee: 'anna' },
    ],
  };
  expect(openWorkIn(new ApiError({ status: 409, code: 'case-has-open-work', details }))).toEqual({
    tasks: 1,
    processes: 1,
    items: [
      { kind: 'process', name: 'Claim handling', assignee: null },
      { kind: 'task', name: 'Check papers', assignee: 'anna' },
    ],
  });
  expect(openWorkIn(new ApiError({ status: 412, code: 'version-mismatch' }))).toBeNull();
  expect(openWorkIn(new TypeError('offline'))).toBeNull();
});
it('children that are open and a case that was merged are no conflict with somebody else', () => {
  expect([waitsForChildren(refused('case-has-open-children')), waitsForChildren(refused('conflict'))]).toEqual([
    true,
    false,
  ]);
  expect(['case-has-open-children', 'case-merged', 'conflict'].map((code) => isRule(refused(code)))).toEqual([
    true,
    true,
    false,
  ]);
});
it('only what still runs is open work', () => {
  expect(openWorkOf(item(0, 'COMPLETED'), [])).toBeNull();
  expect(openWorkOf(item(0, 'COMPLETED', 'STARTING'), [])).toEqual({
    tasks: 0,
    processes: 1,
    items: [{ kind: 'process', name: 'STARTING', assignee: null }],
  });
  expect(openWorkOf(item(30), [{ name: 'Check papers', assignee: 'anna' }])).toMatchObject({
    tasks: 30,
    items: [{ kind: 'task', name: 'Check papers', assignee: 'anna' }],
  });
});
