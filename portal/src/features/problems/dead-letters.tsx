/** Entries that a consumer could not handle: why, what they say, once more, or never again. */
import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { deadLetterPagesQuery, deadLetterQuery } from '../../api/problems';
import type { DeadLetter } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { unique } from '../../lib/pages';
import { TimeAgo } from '../../ui/badges';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { report, told } from '../../ui/toast';
import { DiscardDialog } from './discard-dialog';

const route = getRouteApi('/problems/$tab');

export function DeadLetters() {
  const { consumer } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const may = useCan()('dead-letter:retry');
  const query = useInfiniteQuery(deadLetterPagesQuery(consumer));
  const retryAll = useMutation({
    mutationFn: (of: string) => take(api.POST('/api/v1/dead-letters/retry', { body: { consumer: of } })),
    onSuccess: ({ handled, failed }) => told(t('{handled} handled, {failed} failed again', { handled, failed })),
    onError: (error) => report(error, t('The retry was not accepted')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
  if (query.isPending) return <Loading />;
  if (query.data === undefined) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const letters = unique(query.data.pages);
  const narrow = (to: string | undefined) =>
    void navigate({
      to: '/problems/$tab',
      params: { tab: 'dead-letters' } as never,
      search: { consumer: to },
      replace: true,
    });
  return (
    <Stack gap="xs">
      <Group justify="space-between" mih={30}>
        <Count
          shown={letters.length}
          total={query.data.pages[0]?.total}
          one="{count} dead letter"
          other="{count} dead letters"
        />
        {consumer !== undefined && (
          <Group gap={6}>
            <Button size="xs" variant="subtle" onClick={() => narrow(undefined)}>
              {t('All consumers')}
            </Button>
            {may && letters.length > 0 && (
              <Button
                size="xs"
                loading={retryAll.isPending}
                onClick={() => retryAll.mutate(consumer)}
                data-testid="letters-retry-all"
              >
                {t('Try all of {consumer} again', { consumer })}
              </Button>
            )}
          </Group>
        )}
      </Group>
      <div className="cw-panel">
        {letters.length === 0 ? (
          <Empty icon="check" title={t('No dead letters')}>
            {t('What happened was passed on to everybody who acts on it. What somebody could not handle appears here.')}
          </Empty>
        ) : (
          <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
            {letters.map((letter) => (
              <Letter key={letter.id} letter={letter} narrow={narrow} />
            ))}
          </Stack>
        )}
      </div>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
    </Stack>
  );
}

function Letter({ letter, narrow }: { letter: DeadLetter; narrow: (consumer: string) => void }) {
  const queries = useQueryClient();
  const can = useCan();
  const [open, setOpen] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const retry = useMutation({
    mutationFn: () => take(api.POST('/api/v1/dead-letters/{id}/retry', { params: { path: { id: letter.id } } })),
    onSuccess: () => told(t('It was handled')),
    onError: (error) => report(error, t('It failed again')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
  return (
    <li style={{ borderBottom: '1px solid var(--cw-line)' }} data-testid="dead-letter" data-id={letter.id}>
      <Group p="md" justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 260px', overflowWrap: 'anywhere' }}>
          <Text size="sm" fw={650}>
            {`${letter.event} · ${letter.kind} ${letter.aggregateId}`}
          </Text>
          <Text size="sm" c="dimmed">
            {letter.consumer} · {plural('{count} attempt', '{count} attempts', letter.attempts)} ·{' '}
            <TimeAgo at={letter.parkedAt} />
          </Text>
          <Text size="sm" mt={4} style={{ color: 'var(--cw-danger-fg)' }}>
            {letter.error}
          </Text>
        </div>
        <Group gap={6}>
          <Button size="xs" variant="subtle" onClick={() => narrow(letter.consumer)}>
            {t('Only this consumer')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? t('Hide') : t('Show')}
          </Button>
          {can('dead-letter:discard') && (
            <Button size="xs" variant="default" onClick={() => setDiscarding(true)} data-testid="letter-discard">
              {t('Give up')}
            </Button>
          )}
          {can('dead-letter:retry') && (
            <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate()} data-testid="letter-retry">
              {t('Try again')}
            </Button>
          )}
        </Group>
      </Group>
      {open && <Content id={letter.id} seq={letter.seq} />}
      {discarding && <DiscardDialog letter={letter} close={() => setDiscarding(false)} />}
    </li>
  );
}

/** What the entry says. */
function Content({ id, seq }: { id: string; seq: number }) {
  const query = useQuery(deadLetterQuery(id));
  if (query.isPending) return <Loading rows={2} />;
  if (query.data === undefined) return <Failure error={query.error} />;
  return (
    <div style={{ padding: '0 16px 16px' }}>
      <Text size="sm" c="dimmed" mb={4}>
        {t('Entry {seq} of its log', { seq })}
      </Text>
      {query.data.payload == null ? (
        <Text size="sm">{t('The entry is gone, or is shown to nobody.')}</Text>
      ) : (
        <Code block tabIndex={0} role="region" aria-label={t('Entry {seq} of its log', { seq })}>
          {JSON.stringify(query.data.payload, null, 2)}
        </Code>
      )}
    </div>
  );
}
