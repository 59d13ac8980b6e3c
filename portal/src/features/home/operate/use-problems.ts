/** What went wrong, counted, of what somebody may look after. */
import { useQuery } from '@tanstack/react-query';
import { deadLetterCountQuery, mailboxesQuery } from '../../../api/problems';
import { incidentsQuery, mailsQuery } from '../../../api/queries';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import type { IconName } from '../../../ui/icons';
import type { Target } from '../figures';

export interface Counted {
  id: string;
  icon: IconName;
  label: string;
  /** Undefined: not known yet. */
  value: number | undefined;
  target: Target;
}

/** No page of problems is open: a look once a minute does. */
const LOOK = { refetchInterval: 60_000 } as const;

export function useProblems(): Counted[] {
  const can = useCan();
  const [incidents, mails, letters, boxes] = [
    can('incident:update'),
    can('mail:reprocess'),
    can('dead-letter:read'),
    can('mailbox:read'),
  ];
  const open = useQuery({ ...incidentsQuery, enabled: incidents }).data;
  const stuck = useQuery({ ...mailsQuery('attention'), ...LOOK, enabled: mails }).data;
  const dead = useQuery({ ...deadLetterCountQuery, ...LOOK, enabled: letters }).data;
  const failing = useQuery({ ...mailboxesQuery, ...LOOK, enabled: boxes }).data?.filter(
    ({ state }) => state === 'failing',
  );
  const ofType = (type: string) => open?.filter((incident) => incident.type === type).length;
  const counted: (Counted & { isTheirs: boolean })[] = [
    {
      id: 'incidents',
      icon: 'incident',
      label: t('Open incidents'),
      value: open?.length,
      target: { to: '/incidents' },
      isTheirs: incidents,
    },
    {
      id: 'failed-jobs',
      icon: 'bolt',
      label: t('Jobs that failed'),
      value: ofType('failedJob'),
      target: { to: '/incidents', search: { type: 'failedJob' } },
      isTheirs: incidents,
    },
    {
      id: 'failed-external-tasks',
      icon: 'link',
      label: t('External tasks that failed'),
      value: ofType('failedExternalTask'),
      target: { to: '/incidents', search: { type: 'failedExternalTask' } },
      isTheirs: incidents,
    },
    {
      id: 'mails',
      icon: 'mail',
      label: t('Mails that are stuck'),
      value: stuck?.length,
      target: { to: '/mails' },
      isTheirs: mails,
    },
    {
      id: 'dead-letters',
      icon: 'inbox',
      label: t('Dead letters'),
      value: dead,
      target: { to: '/problems/$tab', params: { tab: 'dead-letters' } },
      isTheirs: letters,
    },
    {
      id: 'mailboxes',
      icon: 'mail',
      label: t('Mailboxes that cannot be read'),
      value: failing?.length,
      target: { to: '/problems/$tab', params: { tab: 'mailboxes' } },
      isTheirs: boxes,
    },
  ];
  return counted.filter(({ isTheirs }) => isTheirs);
}
