/** Something asked of a part of the page that may have to be opened first: the part does it when it is there. */
import { useEffect, useRef } from 'react';

export type Asked = 'comment' | 'reply' | 'link' | 'start';
let waiting: { what: Asked; of: string; detail: string } | null = null;
const listeners = new Set<() => void>();

/** `of` is the thing whose part is meant: what was asked of one case is never done to another. */
export function ask(what: Asked, of: string, detail = ''): void {
  waiting = { what, of, detail };
  for (const listener of listeners) listener();
}

export function useAsked(what: Asked, of: string, act: (detail: string) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const take = () => {
      if (waiting === null || waiting.what !== what || waiting.of !== of) return;
      const { detail } = waiting;
      waiting = null;
      latest.current(detail);
    };
    take();
    listeners.add(take);
    return () => {
      listeners.delete(take);
    };
  }, [what, of]);
}
