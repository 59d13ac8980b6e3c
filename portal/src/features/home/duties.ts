/** What somebody's day is made of, by what they may do: the first page shows that and nothing else. */
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/queries';
import { useCan, type Permission } from '../../app/permissions';

/** Each of them has a page of what went wrong. */
export const OPERATING: readonly Permission[] = [
  'incident:update',
  'mail:reprocess',
  'dead-letter:read',
  'mailbox:read',
];

export interface Duties {
  /** Cases can be theirs. */
  cases: boolean;
  /** Tasks can be theirs. */
  tasks: boolean;
  /** They take what waits in a queue. */
  takes: boolean;
  /** They see what waits in the queues. */
  queues: boolean;
  /** They look after what failed. */
  operates: boolean;
}

/** While it is being asked for it is taken to be work on cases, whose place is kept: that is what most do. */
export function useDuties(): Duties {
  const isKnown = useQuery(meQuery).data !== undefined;
  const can = useCan();
  if (!isKnown) return { cases: true, tasks: true, takes: false, queues: true, operates: false };
  const cases = can('case:update');
  return {
    cases,
    tasks: can('task:complete'),
    takes: cases && can('queue:next'),
    queues: can('queue:read'),
    operates: OPERATING.some(can),
  };
}
