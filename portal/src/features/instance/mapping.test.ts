import { expect, it } from 'vitest';
import type { Proposal } from '../../api/instances';
import { chosenOf, hasTrigger, mappingOf, refusals, stranded, summary } from './mapping';

const element = (id: string, active = 0) => ({ id, name: null, type: 'userTask', active });
const PROPOSAL: Proposal = {
  from: 'p:1',
  to: 'p:2',
  mapping: [{ source: 'b', target: 'b', updateEventTrigger: false }],
  sources: [element('a', 1), element('b', 2)],
  targets: [element('b'), element('c')],
};

it('what is not mapped is told when the instance is there', () => {
  const chosen = chosenOf(PROPOSAL);
  expect(stranded(PROPOSAL, chosen).map(({ id }) => id)).toEqual(['a']);
  const whole = { ...chosen, a: { target: 'c', anew: true } };
  expect(stranded(PROPOSAL, whole)).toEqual([]);
  expect(mappingOf(PROPOSAL, whole)).toEqual([
    { source: 'a', target: 'c', updateEventTrigger: true },
    { source: 'b', target: 'b', updateEventTrigger: false },
  ]);
  expect(summary(PROPOSAL, whole)).toMatchObject({ mapped: 2, tokens: 3, renamed: [{ source: 'a' }] });
});
it('a refusal stands at its line', () => {
  const sent = mappingOf(PROPOSAL, { a: { target: 'c', anew: false }, b: { target: 'b', anew: false } });
  const told = refusals(
    [
      { pointer: '/mapping/1', detail: 'no' },
      { pointer: '/mapping', detail: 'all' },
    ],
    sent,
  );
  expect(told).toEqual(
    new Map([
      ['b', ['no']],
      ['', ['all']],
    ]),
  );
});
it('timers and messages wait in store', () => {
  expect(hasTrigger('boundaryTimer')).toBe(true);
  expect(hasTrigger('userTask')).toBe(false);
});
