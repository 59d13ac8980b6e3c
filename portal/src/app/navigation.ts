/** The places of the portal: one list for the rail, the palette and the `g` shortcuts. Each says what a person must be allowed to find something there. */
import { t } from '../i18n';
import type { IconName } from '../ui/icons';
import type { Permission } from './permissions';

export interface Place {
  to:
    | '/'
    | '/cases'
    | '/cases/board'
    | '/tasks'
    | '/inbox'
    | '/mails'
    | '/processes'
    | '/incidents'
    | '/deploy'
    | '/users';
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
    { to: '/tasks', label: t('Tasks'), icon: 'tasks', key: 't', needs: 'task:read' },
    { to: '/inbox', label: t('Notifications'), icon: 'bell', key: 'i', needs: 'notification:read' },
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
      needs: 'incident:retry',
      group: t('Operate'),
    },
    { to: '/deploy', label: t('Deploy'), icon: 'deploy', key: 'd', needs: 'deployment:create', group: t('Operate') },
    { to: '/users', label: t('Users'), icon: 'person', key: 'u', needs: 'user:update', group: t('Operate') },
  ];
}

/** The places that somebody with these permissions finds something at. */
export function placesFor(can: (wanted: Permission) => boolean): Place[] {
  return navigation().filter((place) => place.needs === undefined || can(place.needs));
}
