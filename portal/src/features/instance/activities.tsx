/** Where an instance is and was, entry by entry: the twin of the picture that knows each of several entries apart. */
import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { activitiesQuery, type ActivityInstance } from '../../api/instances';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { Tag, TimeAgo } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { kindOf } from '../diagram/elements';
import { branches } from './activity-tree';
import { ElementCell, type PanelProps } from './list';
import { MorePages } from './more-pages';

export function Activities({ instance, element, nameOf, select }: PanelProps) {
  const list = useInfiniteQuery(activitiesQuery(instance, element));
  return (
    <Loaded query={list} rows={3}>
      {({ pages }) => {
        const rows = branches(unique(pages));
        return rows.length === 0 ? (
          <Text p="md" size="sm" c="dimmed" data-testid="panel-empty">
            {t('Nothing has been entered yet.')} {element !== null && t('Only what is at the chosen element is shown.')}
          </Text>
        ) : (
          <>
            <div className="cw-table-scroll cw-instance-rows" tabIndex={0} role="region" aria-label={t('Activities')}>
              <table className="cw-table cw-table-facts">
                <caption className="cw-visually-hidden">{t('Activities')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('Element')}</th>
                    <th scope="col">{t('State')}</th>
                    <th scope="col" className="cw-hide-narrow">
                      {t('Started')}
                    </th>
                    <th scope="col" className="cw-hide-narrow">
                      {t('Ended')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(({ activity, depth }) => (
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
                  ))}
                </tbody>
              </table>
            </div>
            <MorePages of={list} />
          </>
        );
      }}
    </Loaded>
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
