/** Disabling a user ends everything that they have open, so it is asked for; enabling is asked for alike. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { Account } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { told } from '../../ui/toast';

export function DoorDialog({ account, close }: { account: Account; close: () => void }) {
  const queries = useQueryClient();
  const { id, name, enabled } = account;
  const change = useMutation({
    mutationFn: () =>
      take(api.PUT('/api/v1/accounts/{id}/enabled', { params: { path: { id } }, body: { enabled: !enabled } })),
    onSuccess: () => {
      told(t(enabled ? '{name} is disabled' : '{name} is enabled', { name }));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['accounts'] }),
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t(enabled ? 'Disable {name}?' : 'Enable {name}?', { name })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack>
        {change.error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
            {change.error.message}
          </Notice>
        )}
        <Text size="sm">
          {enabled
            ? t(
                'They are signed out everywhere at once and cannot sign in. Their work stays theirs until somebody takes it over.',
              )
            : t('They can sign in again. Nothing they had open before opens with it.')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('Cancel')}
          </Button>
          <Button
            color={enabled ? 'danger' : undefined}
            loading={change.isPending}
            onClick={() => change.mutate()}
            data-testid="door-confirm"
          >
            {enabled ? t('Disable') : t('Enable')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
