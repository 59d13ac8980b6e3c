/** A modification as it is planned: steps, what they come to in words, and the marks that the picture has of them. Pure. */
import type { ModificationStep } from '../../api/instances';
import { t } from '../../i18n';
import type { DiagramElement, ElementState, PlannedMark } from '../diagram/elements';

export type PlannedStep =
  { kind: 'start-before' | 'start-after' | 'cancel'; element: string } | { kind: 'move'; element: string; to: string };

/** A step once more: to start twice is two tokens, to cancel twice is no more than once. */
export function planned(plan: PlannedStep[], step: PlannedStep): PlannedStep[] {
  const empties = step.kind === 'cancel' || step.kind === 'move';
  const rest = empties
    ? plan.filter((each) => !((each.kind === 'cancel' || each.kind === 'move') && each.element === step.element))
    : plan;
  return [...rest, step];
}

export function marksOf(plan: PlannedStep[]): Map<string, PlannedMark> {
  const marks = new Map<string, PlannedMark>();
  const of = (element: string) => {
    const mark = marks.get(element) ?? { starts: 0, cancels: false };
    marks.set(element, mark);
    return mark;
  };
  for (const step of plan) {
    if (step.kind === 'cancel' || step.kind === 'move') of(step.element).cancels = true;
    if (step.kind === 'move') of(step.to).starts += 1;
    if (step.kind === 'start-before' || step.kind === 'start-after') of(step.element).starts += 1;
  }
  return marks;
}

/** A step in words. */
export function told(step: PlannedStep, nameOf: (element: string) => string): string {
  const name = nameOf(step.element);
  switch (step.kind) {
    case 'start-before':
      return t('Start before “{name}”', { name });
    case 'start-after':
      return t('Go on after “{name}”', { name });
    case 'cancel':
      return t('Cancel what is at “{name}”', { name });
    case 'move':
      return t('Move from “{name}” to before “{to}”', { name, to: nameOf(step.to) });
  }
}

/** What is sent. What starts comes before what ends: an instance without a token would be over. */
export function stepsOf(plan: PlannedStep[]): ModificationStep[] {
  const starts = plan.flatMap((step): ModificationStep[] => {
    if (step.kind === 'move') return [{ kind: 'start-before', elementId: step.to }];
    return step.kind === 'cancel' ? [] : [{ kind: step.kind, elementId: step.element }];
  });
  const ends = plan.flatMap((step): ModificationStep[] =>
    step.kind === 'move' || step.kind === 'cancel' ? [{ kind: 'cancel', elementId: step.element }] : [],
  );
  // What starts where something ends would end with it.
  const ended = new Set(ends.map((step) => step.elementId));
  return [
    ...starts.filter((step) => !ended.has(step.elementId)),
    ...ends,
    ...starts.filter((step) => ended.has(step.elementId)),
  ];
}

/** What can be done at an element. */
export function possibleAt(element: DiagramElement, state: ElementState | undefined) {
  const hasToken = state !== undefined && state.active + state.incident > 0;
  return {
    cancel: hasToken,
    move: hasToken,
    startBefore: element.type !== 'boundaryEvent',
    startAfter: element.outgoing.length === 1,
  };
}
