/** The messages, signals and conditions that an instance waits for. A message can be given to it, with variables. */
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { subscriptionsQuery, type Subscription } from '../../api/instances';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { later } from '../../ui/later';
import { ActionsHead, ElementCell, PanelList, type PanelProps } from './list';

const CorrelateDialog = later(async () => (await import('./correlate-dialog')).CorrelateDialog);

export function kindName(kind: string): string {
  switch (kind) {
    case 'message':
      return t('Message');
    case 'signal':
      return t('Signal');
    case 'conditional':
      return t('Condition');
    default:
      return t('Compensation');
  }
}

export function Subscriptions({ instance, element, nameOf, select, isEnded }: PanelProps) {
  const may = useCan()('process-instance:update') && !isEnded;
  const [open, setOpen] = useState<Subscription | null>(null);
  return (
    <>
      <PanelList
        query={subscriptionsQuery(instance, element)}
        caption={t('Subscriptions')}
        none={t('It waits for no message, signal or condition.')}
        isChosen={element !== null}
        head={
          <>
            <th scope="col">{t('Waits for')}</th>
            <th scope="col">{t('Element')}</th>
            <th scope="col" className="cw-hide-narrow">
              {t('Since')}
            </th>
            <ActionsHead />
          </>
        }
        row={(subscription) => (
          <tr key={subscription.id} data-testid="subscription-row">
            <th scope="row" style={{ overflowWrap: 'anywhere' }}>
              {subscription.name ?? kindName(subscription.type)}
              <Text size="xs" c="dimmed">
                {kindName(subscription.type)}
              </Text>
            </th>
            <td>
              <ElementCell element={subscription.elementId} nameOf={nameOf} select={select} />
            </td>
            <td className="cw-hide-narrow">
              <TimeAgo at={subscription.createdAt} />
            </td>
            <td>
              {may && (subscription.type === 'message' || subscription.type === 'signal') && (
                <div className="cw-row-actions">
                  <Button size="xs" variant="default" onClick={() => setOpen(subscription)} data-testid="correlate">
                    {subscription.type === 'message' ? t('Send message') : t('Send signal')}
                  </Button>
                </div>
              )}
            </td>
          </tr>
        )}
      />
      {open !== null && <CorrelateDialog instance={instance} subscription={open} close={() => setOpen(null)} />}
    </>
  );
}
