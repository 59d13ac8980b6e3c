/** Gives an instance the message or the signal that it waits for, with variables. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import type { Subscription } from '../../api/instances';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { useChange } from './change';
import { DraftsInput } from './drafts-input';
import { readAll, type Draft } from './typed-value';

export function CorrelateDialog({
  instance,
  subscription,
  close,
}: {
  instance: string;
  subscription: Subscription;
  close: () => void;
}) {
  const [drafts, setDrafts] = useState<Draft[]>([]);
  const [isTried, setTried] = useState(false);
  const change = useChange({ quiet: true });
  const { variables, faults } = readAll(drafts);
  const name = subscription.name ?? '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (faults.some((fault) => fault !== null) || change.isPending) return;
    change.mutate(
      {
        run: () =>
          take(
            api.POST('/api/v1/process-instances/{id}/subscriptions/{subscription}/correlate', {
              params: { path: { id: instance, subscription: subscription.id } },
              body: { variables },
            }),
          ),
        done: t('“{name}” has arrived', { name }),
        failed: t('Nothing was sent'),
      },
      { onSuccess: close },
    );
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t('Send “{name}”', { name })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {change.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was sent')}>
              {change.error.message}
            </Notice>
          )}
          <Text size="sm" c="dimmed">
            {t('This instance alone gets it, and goes on. The variables it brings are set in the instance.')}
          </Text>
          <DraftsInput drafts={drafts} change={setDrafts} faults={isTried ? faults : []} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} data-testid="correlate-send">
              {t('Send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
