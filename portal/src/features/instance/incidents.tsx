/** What of an instance cannot go on by itself, why, and another try. */
import { Button, Text } from '@mantine/core';
import { api, take } from '../../api/client';
import { instanceIncidentsQuery } from '../../api/instances';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { incidentTypeName } from '../processes/incident-types';
import { useChange } from './change';
import { FailureText } from './failure-text';
import { ActionsHead, ElementCell, PanelList, type PanelProps } from './list';

export function InstanceIncidents({ instance, element, nameOf, select }: PanelProps) {
  const may = useCan()('incident:update');
  const change = useChange();
  const retry = (id: string) =>
    change.mutate({
      run: () => take(api.POST('/api/v1/incidents/{id}/retry', { params: { path: { id } } })),
      done: t('It is tried again'),
      failed: t('The retry was not accepted'),
      of: id,
    });
  return (
    <PanelList
      query={instanceIncidentsQuery(instance, element)}
      caption={t('Incidents')}
      none={t('Nothing is broken.')}
      isChosen={element !== null}
      head={
        <>
          <th scope="col">{t('Message')}</th>
          <th scope="col" className="cw-hide-narrow">
            {t('Element')}
          </th>
          <th scope="col" className="cw-hide-narrow">
            {t('Since')}
          </th>
          <ActionsHead />
        </>
      }
      row={(incident) => (
        <tr key={incident.id} data-testid="incident-row">
          <th scope="row" style={{ fontWeight: 500 }}>
            <FailureText
              instance={instance}
              source={{ kind: 'incident', id: incident.id }}
              message={incident.message ?? t('No message')}
            />
            <Text size="xs" c="dimmed" component="div">
              {incidentTypeName(incident.type)}{' '}
              <span className="cw-only-narrow">
                <ElementCell element={incident.elementId} nameOf={nameOf} select={select} />
              </span>
            </Text>
          </th>
          <td className="cw-hide-narrow">
            <ElementCell element={incident.elementId} nameOf={nameOf} select={select} />
          </td>
          <td className="cw-hide-narrow">
            <TimeAgo at={incident.createdAt} />
          </td>
          <td>
            {may && (
              <div className="cw-row-actions">
                <Button
                  size="xs"
                  variant="default"
                  loading={change.isBusy(incident.id)}
                  onClick={() => retry(incident.id)}
                  data-testid="incident-retry"
                >
                  {t('Retry')}
                </Button>
              </div>
            )}
          </td>
        </tr>
      )}
    />
  );
}
