/** The elements of a BPMN file in flow order: what the accessible twin of a diagram lists. Pure; reads XML, draws nothing. */
import type { ProcessActivity } from '../../api/schema';
import type { Message } from '../../i18n';

export interface DiagramElement {
  id: string;
  name: string;
  type: string;
  incoming: string[];
  outgoing: string[];
}
export interface ElementState {
  active: number;
  completed: number;
  incident: number;
  canceled: number;
}

/** What is planned for an element, and has not happened. */
export interface PlannedMark {
  /** Tokens that begin here. */
  starts: number;
  /** What is here ends. */
  cancels: boolean;
}

const KINDS: Record<string, Message> = {
  startEvent: 'Start',
  endEvent: 'End',
  task: 'Task',
  userTask: 'User task',
  serviceTask: 'Service task',
  sendTask: 'Send task',
  receiveTask: 'Receive task',
  manualTask: 'Manual task',
  scriptTask: 'Script task',
  businessRuleTask: 'Decision task',
  callActivity: 'Called process',
  subProcess: 'Subprocess',
  transaction: 'Transaction',
  adHocSubProcess: 'Ad-hoc subprocess',
  exclusiveGateway: 'Exclusive gateway',
  parallelGateway: 'Parallel gateway',
  inclusiveGateway: 'Inclusive gateway',
  eventBasedGateway: 'Event gateway',
  complexGateway: 'Complex gateway',
  boundaryEvent: 'Boundary event',
  intermediateCatchEvent: 'Waiting event',
  intermediateThrowEvent: 'Sending event',
};

export function kindOf(type: string): Message {
  return KINDS[type] ?? 'Element';
}

/** Flow nodes reachable from the starts first, breadth first; what nothing leads to comes last. */
export function elementsOf(xml: string): DiagramElement[] {
  const document = new DOMParser().parseFromString(xml, 'application/xml');
  const byId = new Map<string, DiagramElement>();
  const flows: [string, string][] = [];
  for (const node of document.getElementsByTagName('*')) {
    const id = node.getAttribute('id');
    if (node.localName === 'sequenceFlow')
      flows.push([node.getAttribute('sourceRef') ?? '', node.getAttribute('targetRef') ?? '']);
    else if (id !== null && node.localName in KINDS)
      byId.set(id, {
        id,
        name: (node.getAttribute('name') ?? '').replaceAll(/\s+/g, ' ').trim(),
        type: node.localName,
        incoming: [],
        outgoing: [],
      });
  }
  for (const [source, target] of flows) {
    byId.get(source)?.outgoing.push(target);
    byId.get(target)?.incoming.push(source);
  }
  const ordered = new Set<DiagramElement>();
  const queue = [...byId.values()].filter((element) => element.type === 'startEvent');
  for (let element = queue.shift(); element !== undefined; element = queue.shift()) {
    if (ordered.has(element)) continue;
    ordered.add(element);
    for (const next of element.outgoing) {
      const target = byId.get(next);
      if (target !== undefined) queue.push(target);
    }
  }
  for (const element of byId.values()) ordered.add(element);
  return [...ordered];
}

export function statesOf(activities: ProcessActivity[]): Map<string, ElementState> {
  const states = new Map<string, ElementState>();
  for (const activity of activities) {
    const state = states.get(activity.elementId) ?? { active: 0, completed: 0, incident: 0, canceled: 0 };
    state[activity.state] += activity.count;
    states.set(activity.elementId, state);
  }
  return states;
}
