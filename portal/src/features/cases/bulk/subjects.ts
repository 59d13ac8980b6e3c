/** What of a case can be changed for many at once. */
import { t } from '../../../i18n';

export type Subject =
  'assignee' | 'queue' | 'stage' | 'status' | 'priority' | 'due' | 'labels' | 'field' | 'comment' | 'close';

/** The subjects in the order of the bar, with their names. */
export function subjects(): { id: Subject; label: string }[] {
  return [
    { id: 'assignee', label: t('Assign') },
    { id: 'queue', label: t('Queue') },
    { id: 'stage', label: t('Stage') },
    { id: 'status', label: t('Status') },
    { id: 'priority', label: t('Priority') },
    { id: 'due', label: t('Due') },
    { id: 'labels', label: t('Labels') },
    { id: 'field', label: t('Field') },
    { id: 'comment', label: t('Comment') },
    { id: 'close', label: t('Close') },
  ];
}
