/** What waits in the queues, and taking the next case of one. */
import { Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, takenFrom } from '../../api/client';
import { meQuery, queueCountsQuery } from '../../api/queries';
import type { Queue } from '../../api/schema';
import { plural, t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { ReasonedButton } from '../../ui/reasoned-button';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { OPEN_KINDS } from '../cases/filters';
import { Row, Rows } from './rows';
import { nothingToTake, worksQueue } from './taking';

export function Queues({ mayTake }: { mayTake: boolean }) {
  const query = useQuery(queueCountsQuery);
  const me = useQuery(meQuery).data;
  if (query.data?.length === 0) return null;
  return (
    <Panel title={t('Queues')} padded={false}>
      <Loaded query={query} rows={2}>
        {(queues) => (
          <Rows>
            {queues.map((queue) => (
              // Who does not work a queue is not offered its cases.
              <QueueRow key={queue.id} queue={queue} takes={mayTake && me !== undefined && worksQueue(queue, me)} />
            ))}
          </Rows>
        )}
      </Loaded>
    </Panel>
  );
}

function QueueRow({ queue, takes }: { queue: Queue; takes: boolean }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const next = useMutation({
    mutationFn: () => takenFrom(api.POST('/api/v1/queues/{id}/next', { params: { path: { id: queue.id } } })),
    onSuccess: async (item) => {
      if (item === null) return told(t('There is nothing to take from this queue'));
      await navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } });
    },
    onError: (error) => report(error, t('No case was taken')),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['cases'] }),
        queries.invalidateQueries({ queryKey: ['queue-counts'] }),
      ]),
  });
  return (
    <Row wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Link to="/cases" search={{ queue: queue.id, statusKind: OPEN_KINDS }} className="cw-link">
          <Text size="sm" fw={600}>
            {queue.name}
          </Text>
        </Link>
        <Text size="xs" c="dimmed">
          {plural('{count} open case', '{count} open cases', queue.openCount)} ·{' '}
          {t('{count} to take', { count: fieldValue(queue.takeableCount) })}
        </Text>
      </div>
      {takes && (
        <ReasonedButton
          size="xs"
          variant="light"
          reason={nothingToTake(queue)}
          loading={next.isPending}
          onClick={() => next.mutate()}
          // The name of the queue gives way, not what the button says.
          style={{ flexShrink: 0 }}
          data-testid="take-next"
        >
          {t('Take next')}
        </ReasonedButton>
      )}
    </Row>
  );
}
