/** What the panels of an instance are called, and what they show of it. Pure. */
import type { ProcessInstance } from '../../api/schema';
import { t } from '../../i18n';
import type { PanelName } from './search';

export const PANELS: Record<PanelName, () => string> = {
  variables: () => t('Variables'),
  activities: () => t('Activities'),
  tasks: () => t('User tasks'),
  jobs: () => t('Jobs and timers'),
  'external-tasks': () => t('External tasks'),
  subscriptions: () => t('Subscriptions'),
  incidents: () => t('Incidents'),
  decisions: () => t('Decisions'),
  calls: () => t('Calls'),
};

/** What opens when nothing is said: what has to be mended, else what it knows. */
export function firstPanel(instance: Pick<ProcessInstance, 'incidents'>): PanelName {
  return instance.incidents.length > 0 ? 'incidents' : 'variables';
}

/** Calls out of and into an instance, of one element where one is chosen. */
export function callsOf(instance: Pick<ProcessInstance, 'calledInstances'>, element: string | null) {
  return instance.calledInstances.filter((call) => element === null || call.elementId === element);
}
