/** Open cases move to the newest version of their case type: what that comes to first, then how far it is. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { BatchRequest } from '../../api/schema';
import { plural, t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Failure, Loading } from '../../ui/states';
import { BatchProgress } from '../cases/bulk/progress';
import { Skipped } from '../cases/bulk/skipped';

export function MigrationDialog({ of, version, close }: { of: string; version: number; close: () => void }) {
  const body: BatchRequest = {
    filters: { definition: of, statusKind: 'open,paused' },
    change: { definitionVersion: version },
  };
  const preview = useQuery({
    queryKey: ['case-batches', 'migration', of, version],
    queryFn: () => take(api.POST('/api/v1/case-batches/preview', { body })),
    retry: false,
    gcTime: 0,
  });
  const start = useMutation({ mutationFn: () => take(api.POST('/api/v1/case-batches', { body })) });
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t('Move open cases to version {version}', { version })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack>
        {start.error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was changed')}>
            {start.error.message}
          </Notice>
        )}
        {start.data !== undefined ? (
          <BatchProgress id={start.data.id} first={start.data} />
        ) : preview.isPending ? (
          <Loading rows={3} />
        ) : preview.data === undefined ? (
          <Failure error={preview.error} retry={() => void preview.refetch()} />
        ) : (
          <>
            <Text data-testid="migration-preview">
              {plural('{count} case will be changed.', '{count} cases will be changed.', preview.data.changed)}
            </Text>
            {preview.data.unchanged > 0 && (
              <Text c="dimmed" size="sm">
                {plural('{count} is so already.', '{count} are so already.', preview.data.unchanged)}
              </Text>
            )}
            <Skipped count={preview.data.refused} cases={preview.data.skipped} />
            <Text size="sm" c="dimmed">
              {t('What cases are, and have, stays as it is. They follow the rules of the new version from then on.')}
            </Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('Cancel')}
              </Button>
              <Button
                loading={start.isPending}
                disabled={preview.data.changed === 0}
                onClick={() => start.mutate()}
                data-testid="migration-start"
              >
                {t('Move them')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
