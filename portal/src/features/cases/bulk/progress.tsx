/** How far a batch is, what it left alone, and the way back while there is one. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { batchQuery } from '../../../api/batches';
import type { CaseBatch } from '../../../api/schema';
import { plural, t } from '../../../i18n';
import { dateTime } from '../../../lib/format';
import { useNow } from '../../../ui/badges';
import { report } from '../../../ui/toast';
import { Skipped } from './skipped';

export function BatchProgress({ id, first }: { id: string; first: CaseBatch }) {
  const queries = useQueryClient();
  const batch = useQuery({ ...batchQuery(id), initialData: first }).data;
  const now = useNow();
  const act = useMutation({
    mutationFn: (what: 'stop' | 'undo' | 'retry') => {
      const params = { params: { path: { id } } };
      if (what === 'stop') return take(api.POST('/api/v1/case-batches/{id}/stop', params));
      if (what === 'undo') return take(api.POST('/api/v1/case-batches/{id}/undo', params));
      return take(api.POST('/api/v1/case-batches/{id}/retry', params));
    },
    onError: (error) => report(error, t('Not done')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['case-batches'] }),
  });
  const isUndoing = batch.phase === 'undoing' || batch.phase === 'undone';
  const share = batch.total === 0 ? 100 : ((isUndoing ? batch.undone : batch.done) / batch.total) * 100;
  const mayUndo = batch.undoableUntil !== null && Date.parse(batch.undoableUntil) > now;
  return (
    <Stack gap="sm" data-testid="batch" data-phase={batch.phase}>
      <Progress.Root size="lg">
        <Progress.Section value={share} aria-label={t('Progress')} striped={share < 100} />
      </Progress.Root>
      <Text aria-live="polite">{sentence(batch)}</Text>
      <Skipped count={isUndoing ? batch.skipped.length : batch.refused} cases={batch.skipped} />
      <Group justify="flex-end">
        {batch.phase === 'running' && (
          <Button variant="default" loading={act.isPending} onClick={() => act.mutate('stop')}>
            {t('Stop')}
          </Button>
        )}
        {!isUndoing && batch.phase !== 'running' && batch.refused > 0 && (
          <Button variant="default" loading={act.isPending} onClick={() => act.mutate('retry')}>
            {t('Try the others again')}
          </Button>
        )}
        {mayUndo && !isUndoing && (
          <Button
            variant="light"
            loading={act.isPending}
            onClick={() => act.mutate('undo')}
            title={t('Until {time}', { time: dateTime(batch.undoableUntil) })}
            data-testid="batch-undo"
          >
            {t('Take it back')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function sentence(batch: CaseBatch): string {
  const changed = plural('{count} case changed', '{count} cases changed', batch.changed);
  switch (batch.phase) {
    case 'running':
      return t('{done} of {total} cases', { done: batch.done, total: batch.total });
    case 'stopped':
      return t('Stopped: {changed}', { changed });
    case 'done':
      return t('Done: {changed}', { changed });
    case 'undoing':
      return t('Taking it back: {done} of {total}', { done: batch.undone, total: batch.done });
    case 'undone':
      return t('Taken back');
  }
}
