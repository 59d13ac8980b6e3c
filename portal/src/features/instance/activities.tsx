/** Where an instance is and was, entry by entry: the twin of the picture that knows each of several entries apart. */
import { Text } from '@mantine/core';
import { activitiesQuery, type ActivityInstance } from '../../api/instances';
import { t } from '../../i18n';
import { Tag, TimeAgo } from '../../ui/badges';
import { kindOf } from '../diagram/elements';
import { branches } from './activity-tree';
import { ElementCell, PanelTable, type PanelProps } from './list';

export function Activities({ instance, element, nameOf, select }: PanelProps) {
  return (
    <PanelTable
      query={activitiesQuery(instance, element)}
      caption={t('Activities')}
      none={t('Nothing has been entered yet.')}
      isChosen={element !== null}
      head={
        <>
          <th scope="col">{t('Element')}</th>
          <th scope="col">{t('State')}</th>
          <th scope="col" className="cw-hide-narrow">
            {t('Started')}
          </th>
          <th scope="col" className="cw-hide-narrow">
            {t('Ended')}
          </th>
        </>
      }
      rows={(activities) =>
        branches(activities).map(({ activity, depth }) => (
          <tr key={activity.id} data-testid="activity-row" data-current={activity.elementId === element}>
            <th scope="row">
              <span className="cw-branch" style={{ '--cw-depth': depth } as React.CSSProperties}>
                <ElementCell element={activity.elementId} nameOf={nameOf} select={select} />
                <Text size="xs" c="dimmed">
                  {activity.type === 'multiInstanceBody' ? t('All of them') : t(kindOf(activity.type))}
                </Text>
              </span>
            </th>
            <td>
              <ActivityState state={activity.state} />
            </td>
            <td className="cw-hide-narrow">
              <TimeAgo at={activity.startedAt} />
            </td>
            <td className="cw-hide-narrow">
              <TimeAgo at={activity.endedAt} />
            </td>
          </tr>
        ))
      }
    />
  );
}

function ActivityState({ state }: { state: ActivityInstance['state'] }) {
  if (state === 'active')
    return (
      <Tag tone="accent" icon="bolt">
        {t('Running')}
      </Tag>
    );
  if (state === 'completed')
    return (
      <Tag tone="success" icon="check">
        {t('Completed')}
      </Tag>
    );
  return <Tag icon="close">{t('Cancelled')}</Tag>;
}
