/** Whether somebody takes the next case of a queue, as policy has it: its members do, everybody where it has none, and those who oversee. Pure. */
import type { Me, Queue } from '../../api/schema';
import { t } from '../../i18n';

const OVERSEEING = ['supervisor', 'admin'];

export function worksQueue(queue: Pick<Queue, 'members'>, me: Pick<Me, 'id' | 'groups' | 'roles'>): boolean {
  const { users = [], groups = [] } = queue.members;
  return (
    users.length + groups.length === 0 ||
    users.includes(me.id) ||
    groups.some((group) => me.groups.includes(group)) ||
    me.roles.some((role) => OVERSEEING.includes(role))
  );
}

/** Why there is nothing to take; null: there is something. */
export function nothingToTake(queue: Pick<Queue, 'settings' | 'takeableCount'>): string | null {
  const { pause } = queue.settings;
  if (pause != null)
    return pause.reason === '' || pause.reason === undefined
      ? t('The queue is paused: nothing is handed out.')
      : t('The queue is paused, nothing is handed out: {why}', { why: pause.reason });
  return queue.takeableCount === 0 ? t('No case waits in this queue that you could take.') : null;
}
