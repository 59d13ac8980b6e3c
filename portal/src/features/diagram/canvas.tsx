/**
 * The only place that imports bpmn-js. Draws one BPMN file and marks what is alive, done, failed and taken.
 * Must never cover or restyle the "powered by bpmn.io" mark: the licence of bpmn-js asks for it, so our controls stay at the top right.
 */
import 'bpmn-js/dist/assets/diagram-js.css';
import './canvas.css';
import { ActionIcon, Group, useComputedColorScheme } from '@mantine/core';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { useEffect, useRef, useState } from 'react';
import { plural, t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Failure, Loading } from '../../ui/states';
import type { ElementState, PlannedMark } from './elements';

interface Canvas {
  zoom(level: number | 'fit-viewport', center?: 'auto'): number;
  zoom(): number;
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  scrollToElement(id: string): void;
  viewbox(): { inner: { width: number; height: number }; outer: { width: number; height: number } };
}
interface Overlays {
  add(id: string, type: string, overlay: { position: Record<string, number>; html: HTMLElement }): string;
  remove(filter: { type: string }): void;
}
interface Registry {
  get(id: string): unknown;
  getAll(): { id: string }[];
  filter(wanted: (element: { id: string; type: string }) => boolean): { id: string }[];
}
interface EventBus {
  on(event: string, listener: (event: { element: { id: string; type?: string } }) => void): void;
}

export interface CanvasProps {
  xml: string;
  states?: Map<string, ElementState>;
  flows?: string[];
  selected?: string | null;
  select?: (id: string | null) => void;
  marks?: Map<string, PlannedMark>;
  label: string;
  height: number;
}

const MARKERS = ['cw-active', 'cw-completed', 'cw-incident', 'cw-canceled', 'cw-taken', 'cw-selected'];

export default function DiagramCanvas({ xml, states, flows, selected, select, marks, label, height }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const viewer = useRef<NavigatedViewer | null>(null);
  const choose = useRef(select);
  useEffect(() => {
    choose.current = select;
  }, [select]);
  const token = [...(states ?? [])].find(([, state]) => state.incident > 0 || state.active > 0)?.[0];
  const liveAt = useRef(token);
  useEffect(() => {
    liveAt.current = token;
  }, [token]);
  const [drawn, setDrawn] = useState(0);
  const [failure, setFailure] = useState<Error | null>(null);
  const dark = useComputedColorScheme('light') === 'dark';

  useEffect(() => {
    if (host.current === null) return undefined;
    const colors = dark
      ? { defaultFillColor: '#222c36', defaultStrokeColor: '#c3ccd6', defaultLabelColor: '#e2e8ef' }
      : { defaultFillColor: '#ffffff', defaultStrokeColor: '#2b3642', defaultLabelColor: '#1c2631' };
    const made = new NavigatedViewer({ container: host.current, bpmnRenderer: colors } as ConstructorParameters<
      typeof NavigatedViewer
    >[0]);
    viewer.current = made;
    let alive = true;
    made.importXML(xml).then(
      () => {
        if (!alive) return;
        fit(made, liveAt.current);
        made
          .get<EventBus>('eventBus')
          .on('element.click', ({ element }) =>
            choose.current?.(
              element.type?.startsWith('bpmn:') === true && !/Process|Collaboration|SequenceFlow/.test(element.type)
                ? element.id
                : null,
            ),
          );
        setDrawn((count) => count + 1);
      },
      (error: unknown) => {
        if (alive) setFailure(error instanceof Error ? error : new Error(String(error)));
      },
    );
    return () => {
      alive = false;
      viewer.current = null;
      made.destroy();
    };
  }, [xml, dark]);

  useEffect(() => {
    if (viewer.current !== null && drawn > 0)
      mark(viewer.current, states ?? new Map<string, ElementState>(), flows ?? []);
  }, [drawn, states, flows]);

  useEffect(() => {
    if (viewer.current !== null && drawn > 0) plan(viewer.current, marks ?? new Map<string, PlannedMark>());
  }, [drawn, marks]);

  useEffect(() => {
    const made = viewer.current;
    if (made === null || drawn === 0) return;
    const canvas = made.get<Canvas>('canvas');
    const registry = made.get<Registry>('elementRegistry');
    for (const { id } of registry.getAll()) canvas.removeMarker(id, 'cw-selected');
    if (selected == null || registry.get(selected) === undefined) return;
    canvas.addMarker(selected, 'cw-selected');
    canvas.scrollToElement(selected);
  }, [drawn, selected]);

  const zoom = (factor: number) => {
    const canvas = viewer.current?.get<Canvas>('canvas');
    canvas?.zoom(Math.min(3, Math.max(0.2, canvas.zoom() * factor)), 'auto');
  };
  return (
    <div className="cw-diagram" style={{ height }} data-testid="diagram" data-drawn={drawn > 0}>
      {failure !== null && <Failure error={failure} />}
      {drawn === 0 && failure === null && <Loading rows={4} />}
      <div className="cw-mark-ground" aria-hidden="true" />
      <div ref={host} className="cw-diagram-host" role="group" aria-label={label} />
      <Group className="cw-diagram-tools" gap={4}>
        <ActionIcon variant="default" aria-label={t('Zoom in')} onClick={() => zoom(1.25)}>
          <Icon name="plus" size={16} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label={t('Zoom out')} onClick={() => zoom(0.8)}>
          <span aria-hidden="true" style={{ width: 12, height: 2, background: 'currentColor', borderRadius: 2 }} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t('Fit to view')}
          onClick={() => {
            if (viewer.current !== null) viewer.current.get<Canvas>('canvas').zoom('fit-viewport', 'auto');
          }}
        >
          <Icon name="board" size={16} />
        </ActionIcon>
      </Group>
    </div>
  );
}

const SMALLEST_READABLE = 0.45;

/** The whole diagram when it stays readable; else a readable part of it, around `at` or from its beginning. */
function fit(viewer: NavigatedViewer, at?: string): void {
  const canvas = viewer.get<Canvas>('canvas');
  // With room around it for the badges.
  const level = canvas.zoom('fit-viewport', 'auto') * 0.92;
  canvas.zoom(Math.min(level, 1.2), 'auto');
  if (level >= SMALLEST_READABLE) return;
  canvas.zoom(0.7, 'auto');
  const registry = viewer.get<Registry>('elementRegistry');
  const target =
    at !== undefined && registry.get(at) !== undefined
      ? at
      : registry.filter((element) => element.type === 'bpmn:StartEvent')[0]?.id;
  if (target !== undefined) canvas.scrollToElement(target);
}

/** Marks and badges; a badge says its number and its meaning, colour comes on top. */
function mark(viewer: NavigatedViewer, states: Map<string, ElementState>, flows: string[]): void {
  const canvas = viewer.get<Canvas>('canvas');
  const overlays = viewer.get<Overlays>('overlays');
  const registry = viewer.get<Registry>('elementRegistry');
  overlays.remove({ type: 'cw-badge' });
  for (const { id } of registry.getAll())
    for (const marker of MARKERS) if (marker !== 'cw-selected') canvas.removeMarker(id, marker);
  for (const flow of flows) if (registry.get(flow) !== undefined) canvas.addMarker(flow, 'cw-taken');
  for (const [id, state] of states) {
    if (registry.get(id) === undefined) continue;
    canvas.addMarker(
      id,
      state.incident > 0
        ? 'cw-incident'
        : state.active > 0
          ? 'cw-active'
          : state.completed > 0
            ? 'cw-completed'
            : 'cw-canceled',
    );
    const badges: [number, string, string, string][] = [
      [state.incident, 'danger', '!', plural('{count} incident', '{count} incidents', state.incident)],
      [state.active, 'accent', '●', t('{count} active', { count: state.active })],
      [state.completed, 'success', '✓', t('{count} completed', { count: state.completed })],
    ];
    let left = -8;
    for (const [count, tone, sign, title] of badges) {
      if (count === 0) continue;
      const html = badge(tone, `${sign} ${count}`, title);
      if (tone === 'accent') html.dataset.testid = 'token';
      overlays.add(id, 'cw-badge', { position: { top: -14, left }, html });
      left += 38;
    }
  }
}

function badge(tone: string, text: string, title: string): HTMLElement {
  const html = document.createElement('div');
  html.className = `cw-count cw-count-${tone}`;
  html.title = title;
  html.textContent = text;
  return html;
}

/** What is planned stands below an element: what is stands above it. */
function plan(viewer: NavigatedViewer, marks: Map<string, PlannedMark>): void {
  const overlays = viewer.get<Overlays>('overlays');
  const registry = viewer.get<Registry>('elementRegistry');
  overlays.remove({ type: 'cw-plan' });
  for (const [id, { starts, cancels }] of marks) {
    if (registry.get(id) === undefined) continue;
    const badges: [boolean, string, string][] = [
      [starts > 0, `+ ${starts}`, plural('{count} planned start', '{count} planned starts', starts)],
      [cancels, '×', t('planned to be cancelled')],
    ];
    let left = -8;
    for (const [isPlanned, text, title] of badges) {
      if (!isPlanned) continue;
      const html = badge('planned', text, title);
      html.dataset.testid = 'planned';
      overlays.add(id, 'cw-plan', { position: { bottom: 12, left }, html });
      left += 38;
    }
  }
}
