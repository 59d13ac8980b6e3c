import { expect, it } from 'vitest';
import { DEPLOYABLE, place, sortDiagnostics } from './deployment';
import { signature } from './incidents.view';

it('findings are in the order in which a person repairs them', () => {
  const sorted = sortDiagnostics([
    { code: 'c', resource: 'b.bpmn', line: 1 },
    { code: 'b', resource: 'a.bpmn', line: 12, column: 9 },
    { code: 'a', resource: 'a.bpmn', line: 12, column: 3 },
  ]);
  expect(sorted.map((each) => each.code)).toEqual(['a', 'b', 'c']);
});
it('a place says what is known of it', () => {
  expect(place({ code: 'x', line: 12, column: 5 })).toBe('12:5');
  expect(place({ code: 'x', line: 12, column: null })).toBe('12');
  expect(place({ code: 'x', line: null })).toBe('–');
});
it('only what the engine takes can be dropped', () => {
  expect(['a.bpmn', 'a.dmn', 'a.form', 'a.bpmn20.xml'].every((name) => DEPLOYABLE.test(name))).toBe(true);
  expect(DEPLOYABLE.test('a.exe')).toBe(false);
});
it('incidents of one kind are one group, whatever their ids and numbers', () => {
  expect(signature('No answer from 10.0.0.1 for 3a1295f3-2849-538b-afd7-2fb22865b44f')).toBe(
    signature('No answer from 10.0.0.2 for 6e111741-9129-4697-872c-000000000001'),
  );
});
