/**
 * Whether there is a way to the server, as far as this page can tell: there is none when the live channel is down and the last fetch had no
 * answer. What the browser says of its network is a hint only, a server on the same machine needs none.
 */
import { useSyncExternalStore } from 'react';

const known = { isLiveDown: false, hasNoAnswer: false };
const listeners = new Set<() => void>();

function note(part: Partial<typeof known>): void {
  const before = isOffline();
  Object.assign(known, part);
  if (isOffline() === before) return;
  for (const listener of listeners) listener();
}

export const noteLive = (isDown: boolean) => note({ isLiveDown: isDown });
export const noteAnswer = (isThere: boolean) => note({ hasNoAnswer: !isThere });

export function isOffline(): boolean {
  return known.isLiveDown && known.hasNoAnswer;
}

export function useOffline(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isOffline);
}
