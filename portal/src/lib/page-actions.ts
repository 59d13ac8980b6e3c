/** What can be done on the page that is open. Pages register while they are mounted; the palette and the keys take it from here. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { commandOf, type CommandId } from './keys';

export interface PageAction {
  id: CommandId | `start:${string}`;
  /** What it is called now; the name of the command when not given. */
  label?: string;
  run: () => void;
  isAllowed?: boolean;
}
export interface OfferedAction {
  id: string;
  label: string;
  run: () => void;
}

interface Slot {
  actions: readonly PageAction[];
}
const slots = new Set<Slot>();
const listeners = new Set<() => void>();
let offered: readonly OfferedAction[] = [];

/** What is offered runs what the page says at that time, not what it said when it was first drawn. */
function publish(): void {
  offered = [...slots].flatMap((slot) =>
    slot.actions
      .filter((action) => action.isAllowed !== false)
      .map(({ id, label }) => ({
        id,
        label: label ?? commandOf(id)?.label ?? id,
        run: () => slot.actions.find((action) => action.id === id)?.run(),
      })),
  );
  for (const listener of listeners) listener();
}

const told = (actions: readonly PageAction[]) =>
  actions.map(({ id, label, isAllowed }) => [id, label ?? '', isAllowed !== false].join('\t')).join('\n');

export function usePageActions(actions: readonly PageAction[]): void {
  const slot = useRef<Slot>({ actions: [] });
  useEffect(() => {
    const isNews = told(slot.current.actions) !== told(actions);
    slot.current.actions = actions;
    if (isNews && slots.has(slot.current)) publish();
  });
  useEffect(() => {
    const own = slot.current;
    slots.add(own);
    publish();
    return () => {
      slots.delete(own);
      publish();
    };
  }, []);
}

export const offeredActions = () => offered;

export function useOfferedActions(): readonly OfferedAction[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, offeredActions);
}
