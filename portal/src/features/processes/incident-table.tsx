/** Incidents as rows that can be repaired in place. */
import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import type { Incident } from '../../api/schema';
import { t } from '../../i18n';
import { isOpaque, words } from '../../lib/format';
import { TimeAgo } from '../../ui/badges';
import { report, told } from '../../ui/toast';
import { incidentTypeName } from './incident-types';

export function IncidentTable({
  incidents,
  withinInstance = false,
}: {
  incidents: Incident[];
  withinInstance?: boolean;
}) {
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: (incident: Incident) =>
      take(api.POST('/api/v1/incidents/{id}/retry', { params: { path: { id: incident.id } } })),
    onSuccess: () => told(t('It is tried again')),
    onError: (error) => report(error, t('The retry was not accepted')),
    onSettled: () =>
      Promise.all(
        ['incidents', 'instance', 'process-definitions', 'case'].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
  return (
    <div className="cw-table-scroll" style={{ paddingTop: withinInstance ? 8 : 0 }}>
      <table className="cw-table">
        <caption className="cw-visually-hidden">{t('Incidents')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('Message')}</th>
            {!withinInstance && (
              <th scope="col" className="cw-hide-narrow">
                {t('Process')}
              </th>
            )}
            <th scope="col" className="cw-hide-narrow">
              {t('Element')}
            </th>
            <th scope="col" className="cw-hide-narrow">
              {t('Since')}
            </th>
            <th scope="col">
              <span className="cw-visually-hidden">{t('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <tr key={incident.id} data-testid="incident-row">
              <th scope="row" style={{ fontWeight: 500, overflowWrap: 'anywhere', maxWidth: 520 }}>
                {incident.message ?? t('No message')}
                <Text size="xs" c="dimmed">
                  {incidentTypeName(incident.type)}
                </Text>
                <Text size="xs" component="div" className="cw-only-narrow" style={{ gap: 6, flexWrap: 'wrap' }}>
                  {!withinInstance && <InstanceLink incident={incident} />}
                  <span>{elementOf(incident)}</span>
                </Text>
              </th>
              {!withinInstance && (
                <td className="cw-hide-narrow">
                  <InstanceLink incident={incident} />
                </td>
              )}
              <td className="cw-hide-narrow">{elementOf(incident)}</td>
              <td className="cw-hide-narrow">
                <TimeAgo at={incident.createdAt} />
              </td>
              <td style={{ textAlign: 'right' }}>
                <Button
                  size="xs"
                  variant="default"
                  loading={retry.isPending && retry.variables.id === incident.id}
                  onClick={() => retry.mutate(incident)}
                >
                  {t('Retry')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const elementOf = (incident: Incident) => incident.elementName || words(incident.elementId ?? '–');

function InstanceLink({ incident }: { incident: Incident }) {
  if (incident.processInstanceId == null) return '–';
  return (
    <Link to="/instances/$id" params={{ id: incident.processInstanceId }} className="cw-link">
      {[
        incident.definitionName ?? incident.definitionKey ?? t('Process instance'),
        isOpaque(incident.businessKey) ? null : incident.businessKey,
      ]
        .filter(Boolean)
        .join(' · ')}
    </Link>
  );
}
