import { expect, it } from 'vitest';
import { elementsOf, statesOf } from './elements';

const xml = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
  <endEvent id="end"/><userTask id="check" name="Check&#10;papers"/><startEvent id="start"/>
  <sequenceFlow id="f1" sourceRef="start" targetRef="check"/><sequenceFlow id="f2" sourceRef="check" targetRef="end"/><sequenceFlow id="f3" sourceRef="check" targetRef="check"/>
</process></definitions>`;

it('the twin lists elements in flow order, each once, and what they lead to', () => {
  const elements = elementsOf(xml);
  expect(elements.map((element) => element.id)).toEqual(['start', 'check', 'end']);
  expect(elements[1]).toMatchObject({ name: 'Check papers', outgoing: ['end', 'check'], incoming: ['start', 'check'] });
});
it('counts per state are added up per element', () => {
  const states = statesOf([
    { elementId: 'check', state: 'completed', count: 2 },
    { elementId: 'check', state: 'active', count: 1 },
  ]);
  expect(states.get('check')).toEqual({ active: 1, completed: 2, incident: 0, canceled: 0 });
});
