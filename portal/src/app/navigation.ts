/** The places of the portal: one list for the rail, the palette and the `g` shortcuts. Each says what a person must be allowed to find something there. */
import { t } from '../i18n';
import type { IconName } from '../ui/icons';
import type { Permission } from './permissions';

export interface Place {
  to:
    | '/'
    | '/cases'
    | '/cases/board'
    | '/search'
    | '/tasks'
    | '/records'
    | '/inbox'
    | '/mails'
    | '/mail-templates'
    | '/processes'
    | '/incidents'
    | '/deploy'
    | '/supervise'
    | '/supervise/workload'
    | '/queues'
    | '/routing'
    | '/supervise/sla'
    | '/calendars'
    | '/definitions'
    | '/users'
    | '/access'
    | '/problems'
    | '/privacy';
  label: string;
  icon: IconName;
  key: string;
  needs?: Permission;
  group?: string;
}

export function navigation(): Place[] {
  return [
    { to: '/', label: t('My work'), icon: 'home', key: 'h' },
    { to: '/cases', label: t('Cases'), icon: 'cases', key: 'c', needs: 'case:read' },
    { to: '/cases/board', label: t('Board'), icon: 'board', key: 'b', needs: 'case:read' },
    { to: '/search', label: t('Search'), icon: 'search', key: 's', needs: 'case:read' },
    { to: '/tasks', label: t('Tasks'), icon: 'tasks', key: 't', needs: 'task:read' },
    { to: '/records', label: t('Records'), icon: 'record', key: 'r', needs: 'record:read' },
    { to: '/inbox', label: t('Notifications'), icon: 'bell', key: 'i', needs: 'notification:read' },
    // Who shares lists with others leads them.
    { to: '/supervise', label: t('Overview'), icon: 'stage', key: 'o', needs: 'saved-view:share', group: t('Lead') },
    {
      to: '/supervise/workload',
      label: t('Workload'),
      icon: 'person',
      key: 'w',
      needs: 'saved-view:share',
      group: t('Lead'),
    },
    { to: '/mail-templates', label: t('Mail templates'), icon: 'edit', key: 'e', needs: 'mail-template:create' },
    { to: '/mails', label: t('Mail problems'), icon: 'mail', key: 'm', needs: 'mail:reprocess', group: t('Operate') },
    {
      to: '/processes',
      label: t('Processes'),
      icon: 'process',
      key: 'p',
      needs: 'process-instance:update',
      group: t('Operate'),
    },
    {
      to: '/incidents',
      label: t('Incidents'),
      icon: 'incident',
      key: 'x',
      needs: 'incident:update',
      group: t('Operate'),
    },
    { to: '/deploy', label: t('Deploy'), icon: 'deploy', key: 'd', needs: 'deployment:create', group: t('Operate') },
    { to: '/queues', label: t('Queues'), icon: 'queue', key: 'q', needs: 'queue:read', group: t('Operate') },
    { to: '/routing', label: t('Routing'), icon: 'link', key: 'v', needs: 'routing:read', group: t('Operate') },
    { to: '/supervise/sla', label: t('Promises'), icon: 'flame', key: 'l', needs: 'queue:update', group: t('Operate') },
    { to: '/calendars', label: t('Calendars'), icon: 'clock', key: 'k', needs: 'calendar:update', group: t('Operate') },
    {
      to: '/definitions',
      label: t('Case types'),
      icon: 'stage',
      key: 'y',
      needs: 'case-definition:update',
      group: t('Operate'),
    },
    { to: '/privacy', label: t('Privacy'), icon: 'lock', key: 'a', needs: 'erasure:read', group: t('Operate') },
    { to: '/users', label: t('Users'), icon: 'person', key: 'u', needs: 'user:update', group: t('Operate') },
    {
      to: '/problems',
      label: t('Problems'),
      icon: 'incident',
      key: 'f',
      needs: 'dead-letter:read',
      group: t('Operate'),
    },
    { to: '/access', label: t('Rights'), icon: 'help', key: 'j', needs: 'access:explain', group: t('Operate') },
  ];
}

/** The places that somebody with these permissions finds something at. */
export function placesFor(can: (wanted: Permission) => boolean): Place[] {
  return navigation().filter((place) => place.needs === undefined || can(place.needs));
}
