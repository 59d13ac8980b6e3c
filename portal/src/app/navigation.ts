/** The places of the portal: one list for the rail, the palette and the `g` shortcuts. */
import { t } from '../i18n';
import type { IconName } from '../ui/icons';

export interface Place {
  to: '/' | '/cases' | '/cases/board' | '/tasks' | '/inbox' | '/mails' | '/processes' | '/incidents' | '/deploy';
  label: string; icon: IconName; key: string; operator: boolean; group?: string;
}

export function navigation(): Place[] {
  return [
    { to: '/', label: t('My work'), icon: 'home', key: 'h', operator: false },
    { to: '/cases', label: t('Cases'), icon: 'cases', key: 'c', operator: false },
    { to: '/cases/board', label: t('Board'), icon: 'board', key: 'b', operator: false },
    { to: '/tasks', label: t('Tasks'), icon: 'tasks', key: 't', operator: false },
    { to: '/inbox', label: t('Notifications'), icon: 'bell', key: 'i', operator: false },
    { to: '/mails', label: t('Mail problems'), icon: 'mail', key: 'm', operator: true, group: t('Operate') },
    { to: '/processes', label: t('Processes'), icon: 'process', key: 'p', operator: true },
    { to: '/incidents', label: t('Incidents'), icon: 'incident', key: 'x', operator: true },
    { to: '/deploy', label: t('Deploy'), icon: 'deploy', key: 'd', operator: true },
  ];
}
