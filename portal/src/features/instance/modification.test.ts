import { expect, it } from 'vitest';
import { marksOf, planned, possibleAt, stepsOf, told, type PlannedStep } from './modification';

const move: PlannedStep = { kind: 'move', element: 'a', to: 'b' };

it('starting twice is two tokens, ending twice is one end', () => {
  let plan = planned([], { kind: 'start-before', element: 'b' });
  plan = planned(plan, { kind: 'start-before', element: 'b' });
  plan = planned(plan, { kind: 'cancel', element: 'a' });
  plan = planned(plan, move);
  expect(plan.map((step) => step.kind)).toEqual(['start-before', 'start-before', 'move']);
  expect(marksOf(plan)).toEqual(
    new Map([
      ['b', { starts: 3, cancels: false }],
      ['a', { starts: 0, cancels: true }],
    ]),
  );
});
it('what starts comes before what ends, and not where it would end at once', () => {
  expect(stepsOf([{ kind: 'cancel', element: 'a' }, { kind: 'start-after', element: 'c' }, move])).toEqual([
    { kind: 'start-after', elementId: 'c' },
    { kind: 'start-before', elementId: 'b' },
    { kind: 'cancel', elementId: 'a' },
    { kind: 'cancel', elementId: 'a' },
  ]);
  expect(stepsOf([{ kind: 'move', element: 'a', to: 'a' }])).toEqual([
    { kind: 'cancel', elementId: 'a' },
    { kind: 'start-before', elementId: 'a' },
  ]);
});
it('a step is told in words', () => {
  expect(told(move, (id) => id.toUpperCase())).toBe('Move from “A” to before “B”');
});
it('only where a token is something ends, and only over one flow something goes on', () => {
  const element = { id: 'a', name: 'A', type: 'userTask', incoming: [], outgoing: ['b', 'c'] };
  expect(possibleAt(element, undefined)).toEqual({ cancel: false, move: false, startBefore: true, startAfter: false });
  const here = { active: 0, completed: 0, incident: 1, canceled: 0 };
  expect(possibleAt({ ...element, outgoing: ['b'] }, here)).toEqual({
    cancel: true,
    move: true,
    startBefore: true,
    startAfter: true,
  });
});
