/** The newest incidents, each with the process that stands still; nothing where there are none. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incidentsQuery } from '../../../api/queries';
import type { Incident } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { TimeAgo } from '../../../ui/badges';
import { Panel } from '../../../ui/tabs';
import { incidentTypeName } from '../../processes/incident-types';
import { More, SHOWN } from '../figures';
import { Row, Rows } from '../rows';

const newest = (a: Incident, b: Incident) => (b.createdAt ?? '').localeCompare(a.createdAt ?? '');

export function Incidents() {
  const may = useCan()('incident:update');
  const incidents = useQuery({ ...incidentsQuery, enabled: may }).data ?? [];
  if (incidents.length === 0) return null;
  return (
    <Panel title={t('Incidents')} padded={false} actions={<More to="/incidents" total={incidents.length} />}>
      <Rows>
        {incidents
          .toSorted(newest)
          .slice(0, SHOWN)
          .map((incident) => (
            <Row key={incident.id} data-testid="home-incident">
              <div style={{ minWidth: 0 }}>
                <Link to="/instances/$id" params={{ id: incident.processInstanceId }} className="cw-link">
                  <Text size="sm" fw={600} className="cw-clip">
                    {incident.message ?? t('No message')}
                  </Text>
                </Link>
                <Text size="xs" c="dimmed" className="cw-clip">
                  {[incidentTypeName(incident.type), incident.definitionName ?? incident.definitionKey].join(' · ')} ·{' '}
                  <TimeAgo at={incident.createdAt} />
                </Text>
              </div>
            </Row>
          ))}
      </Rows>
    </Panel>
  );
}
