/** The next best piece of work with the reason why it is that one, and taking it. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, takenFrom } from '../../api/client';
import { nextWorkQuery } from '../../api/queries';
import type { NextWork } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';

export function NextBest({ mayTake }: { mayTake: boolean }) {
  const next = useQuery({ ...nextWorkQuery, enabled: mayTake }).data;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: () => takenFrom(api.POST('/api/v1/next-work')),
    onSuccess: async (item) => {
      if (item === null) return told(t('Somebody was faster. There is nothing more to take.'));
      await navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } });
    },
    onError: (error) => report(error, t('No case was taken')),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['cases'] }),
        queries.invalidateQueries({ queryKey: ['queue-counts'] }),
      ]),
  });
  if (next == null) return null;
  return (
    <Panel title={t('Next for you')}>
      <Group justify="space-between" gap="sm" data-testid="next-best">
        <div style={{ minWidth: 0, flex: '1 1 220px' }}>
          <Link to="/cases/$ref/$tab" params={{ ref: next.number, tab: 'overview' }} className="cw-link">
            <Text size="sm" fw={600} className="cw-clip">
              {next.title}
            </Text>
          </Link>
          <Text size="xs" c="dimmed">
            {next.number} · {why(next)}
          </Text>
        </div>
        <Button size="xs" loading={take.isPending} onClick={() => take.mutate()}>
          {t('Take it')}
        </Button>
      </Group>
    </Panel>
  );
}

/** Why it is this one, as a sentence. */
function why({ reason }: NextWork): string {
  const name = reason.sla ?? '';
  switch (reason.kind) {
    case 'breached':
      return t('{name} is past its deadline', { name });
    case 'at-risk':
      return t('{name} is at risk', { name });
    case 'priority':
      return t('Its priority is above the usual');
    case 'due-first':
      return t('{name} is due first: {at}', { name, at: dateTime(reason.dueAt) });
    case 'due-date':
      return t('It is due {at}', { at: dateTime(reason.dueAt) });
    case 'waits-longest':
      return t('It waits the longest');
  }
}
