/** `/incidents`: what cannot go on by itself, grouped by message, so that fifty of one kind are one decision. */
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { incidentsQuery } from '../../api/queries';
import type { Incident } from '../../api/schema';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Count, Empty, Loaded } from '../../ui/states';
import { IncidentTable } from './incident-table';

/** The message without what differs from case to case: ids and numbers. */
export function signature(message: string): string {
  return message.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{20,}|\d+/gi, '#').slice(0, 160);
}

function grouped(incidents: Incident[]): Incident[] {
  const groups = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const kind = signature(incident.message ?? '');
    groups.set(kind, [...(groups.get(kind) ?? []), incident]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length).flat();
}

export function Incidents() {
  const query = useQuery(incidentsQuery);
  return (
    <Page title={t('Incidents')}>
      <Loaded query={query}>
        {(incidents) => (
          <Stack gap="xs">
            <Count shown={incidents.length} total={null} one="{count} incident" other="{count} incidents" />
            <div className="cw-panel">
              {incidents.length === 0 ? (
                <Empty icon="check" title={t('No incidents')}>
                  {t('Every process can go on. A step that fails for good appears here with its reason.')}
                </Empty>
              ) : (
                <IncidentTable incidents={grouped(incidents)} />
              )}
            </div>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}
