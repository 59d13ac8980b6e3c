// Models for stories: a few elements, drawn in rows, deployed as who develops processes.
import { engine } from './platform.mjs';

const SMALL = /Event|Gateway/;

/**
 * `nodes`: `[id, tag, attributes, inside]` in rows; `flows`: `[from, to]`. The picture is a grid, so that every element can be clicked.
 */
export function model(key, rows, flows, { name = key, messages = {} } = {}) {
  const nodes = rows.flatMap((row, y) => row.map((node, x) => ({ node, x: 120 + x * 180, y: 80 + y * 140 })));
  const size = (tag) => (SMALL.test(tag) ? [36, 36] : [120, 80]);
  const place = new Map(
    nodes.map(({ node: [id, tag], x, y }) => {
      const [width, height] = size(tag);
      return [id, { x: x - width / 2, y: y - height / 2, width, height, cx: x, cy: y }];
    }),
  );
  const elements = nodes
    .map(({ node: [id, tag, attributes = '', inside = ''] }) => `<${tag} id="${id}" ${attributes}>${inside}</${tag}>`)
    .join('\n');
  const connections = flows
    .map(([from, to]) => `<sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}"/>`)
    .join('\n');
  const shapes = [...place]
    .map(
      ([id, { x, y, width, height }]) =>
        `<di:BPMNShape id="${id}-shape" bpmnElement="${id}"><dc:Bounds x="${x}" y="${y}" width="${width}" height="${height}"/></di:BPMNShape>`,
    )
    .join('\n');
  const edges = flows
    .map(([from, to]) => {
      const [a, b] = [place.get(from), place.get(to)];
      return `<di:BPMNEdge id="${from}-${to}-edge" bpmnElement="${from}-${to}"><dd:waypoint x="${a.cx + a.width / 2}" y="${a.cy}"/><dd:waypoint x="${b.cx - b.width / 2}" y="${b.cy}"/></di:BPMNEdge>`;
    })
    .join('\n');
  const named = Object.entries(messages)
    .map(([id, text]) => `<message id="${id}" name="${text}"/>`)
    .join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:dd="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="stories">
${named}
<process id="${key}" name="${name}" isExecutable="true" camunda:historyTimeToLive="30">
${elements}
${connections}
</process>
<di:BPMNDiagram id="diagram"><di:BPMNPlane id="plane" bpmnElement="${key}">
${shapes}
${edges}
</di:BPMNPlane></di:BPMNDiagram>
</definitions>`;
}

/** Deploys files, by their names. */
export function deploy(name, files) {
  const body = new FormData();
  body.set('deployment-name', name);
  for (const [file, text] of Object.entries(files)) body.set(file, new Blob([text]), file);
  return engine('POST', '/deployment/create', { body });
}

/** Starts the newest version; the id of the instance. */
export async function start(key, variables = {}, businessKey = undefined) {
  const body = { businessKey, variables };
  return (await engine('POST', `/process-definition/key/${key}/start`, { body })).id;
}
