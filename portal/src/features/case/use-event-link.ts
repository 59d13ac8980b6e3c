/** An address that names an entry: earlier pages are loaded until it is there, then whatever hides it is opened. */
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { entryOf } from './timeline-fold';

interface Source {
  ids: readonly string[];
  hasMore: boolean;
  isLoading: boolean;
  more: () => void;
  reveal: (id: string) => void;
}

/** Gives back the id of the entry that the address names. */
export function useEventLink({ ids, hasMore, isLoading, more, reveal }: Source): string | null {
  const wanted = entryOf(useRouterState({ select: (state) => state.location.hash }));
  const shown = useRef<string | null>(null);
  const isHere = wanted !== null && ids.includes(wanted);
  useEffect(() => {
    // Once: a reader who closes the fold again keeps it closed.
    if (wanted === shown.current) return;
    if (wanted !== null && !isHere) {
      if (hasMore && !isLoading) more();
      return;
    }
    shown.current = wanted;
    if (wanted !== null) reveal(wanted);
  }, [wanted, isHere, hasMore, isLoading, more, reveal]);
  return wanted;
}
