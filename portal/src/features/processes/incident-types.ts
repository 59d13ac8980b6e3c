/** What failed, in words. Pure. */
import { t } from '../../i18n';
import { words } from '../../lib/format';

/** Those that the engine raises itself; models raise others. */
export const INCIDENT_TYPES = ['failedJob', 'failedExternalTask'] as const;
export type IncidentType = (typeof INCIDENT_TYPES)[number];

export function incidentTypeName(type: string): string {
  if (type === 'failedJob') return t('Failed job');
  return type === 'failedExternalTask' ? t('Failed external task') : words(type);
}

/** The filter of the list of incidents, as it stands in the address. */
export function incidentFilters(search: Record<string, unknown>): { type?: IncidentType } {
  return { type: INCIDENT_TYPES.find((type) => type === search.type) };
}
