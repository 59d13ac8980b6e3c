/** The inbox by keyboard: to the next and the previous, open, done, put off until tomorrow. */
import { useEffect, useState } from 'react';
import { useRouter } from '@tanstack/react-router';
import { isFor, singleKey } from '../../lib/keys';
import { snoozes, type Show, type Told } from './filters';
import { localPath } from './link';
import { useHandling } from './use-handling';

/** Which one the keys are about; none before the first key. */
export function useInboxKeys(told: readonly Told[], show: Show): number {
  const [current, setCurrent] = useState(-1);
  const router = useRouter();
  const { mutate } = useHandling();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const one = told[current];
      const isInControl =
        event.target instanceof HTMLElement &&
        event.target.closest('a, button, input, [role="dialog"], [role="menu"]') !== null;
      const key = event.key === 'Enter' && !isInControl ? 'Enter' : singleKey(event);
      if (key === null) return;
      const ids = one?.items.map((item) => item.id) ?? [];
      if (isFor('next-row', key)) setCurrent(Math.min(told.length - 1, current + 1));
      else if (isFor('previous-row', key)) setCurrent(Math.max(0, current - 1));
      else if (one === undefined) return;
      else if (isFor('told-done', key)) mutate({ ids, done: show !== 'done' });
      else if (isFor('told-snooze', key)) {
        const until = snoozes(new Date()).find(({ id }) => id === 'tomorrow')?.until;
        if (until !== undefined) mutate({ ids, snoozedUntil: until.toISOString() });
      } else if (key === 'Enter') {
        const path = localPath(one.items[0]?.link ?? null, location.origin);
        mutate({ ids: ids.slice(0, 1), read: true });
        if (path !== null) router.history.push(path);
      } else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  useEffect(() => {
    document.querySelectorAll('[data-testid="told"]').item(current)?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return Math.min(current, told.length - 1);
}
