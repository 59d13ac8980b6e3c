/** `/incidents`: what cannot go on by itself, grouped by message, so that fifty of one kind are one decision. */
import { Chip, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { incidentsQuery } from '../../api/queries';
import type { Incident } from '../../api/schema';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Count, Empty, Loaded } from '../../ui/states';
import { IncidentTable } from './incident-table';
import { INCIDENT_TYPES, incidentFilters, incidentTypeName } from './incident-types';

const route = getRouteApi('/incidents');

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
  const { type } = route.useSearch();
  const navigate = useNavigate();
  const query = useQuery(incidentsQuery);
  const shown = (incidents: Incident[]) =>
    grouped(incidents.filter((incident) => type === undefined || incident.type === type));
  return (
    <Page title={t('Incidents')}>
      <Chip.Group
        value={type ?? ''}
        onChange={(value) =>
          void navigate({ to: '/incidents', search: incidentFilters({ type: value }), replace: true })
        }
      >
        <Group gap={6} mb="sm" role="group" aria-label={t('Which incidents')}>
          {['', ...INCIDENT_TYPES].map((each) => (
            <Chip key={each} value={each} size="xs" data-testid={`incidents-${each || 'all'}`}>
              {each === '' ? t('All incidents') : incidentTypeName(each)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Loaded query={query}>{(all) => <Shown incidents={shown(all)} isNarrowed={type !== undefined} />}</Loaded>
    </Page>
  );
}

function Shown({ incidents, isNarrowed }: { incidents: Incident[]; isNarrowed: boolean }) {
  return (
    <Stack gap="xs">
      <Count shown={incidents.length} total={null} one="{count} incident" other="{count} incidents" />
      <div className="cw-panel">
        {incidents.length > 0 ? (
          <IncidentTable incidents={incidents} />
        ) : isNarrowed ? (
          <Empty icon="check" title={t('No incidents of this kind')} />
        ) : (
          <Empty icon="check" title={t('No incidents')}>
            {t('Every process can go on. A step that fails for good appears here with its reason.')}
          </Empty>
        )}
      </div>
    </Stack>
  );
}
