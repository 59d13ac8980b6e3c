/** Ends an instance by hand: why is asked for, and kept with its history. */
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { useChange } from './change';

export function CancelDialog({ instance, close }: { instance: string; close: () => void }) {
  const [reason, setReason] = useState('');
  const [skipCustomListeners, setSkipListeners] = useState(false);
  const [isTried, setTried] = useState(false);
  const change = useChange({ quiet: true });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason.trim() === '' || change.isPending) return;
    change.mutate(
      {
        run: () =>
          take(
            api.POST('/api/v1/process-instances/{id}/cancel', {
              params: { path: { id: instance } },
              body: { reason: reason.trim(), skipCustomListeners },
            }),
          ),
        done: t('The instance is cancelled'),
        failed: t('Nothing was changed'),
      },
      { onSuccess: close },
    );
  };
  return (
    <Modal opened onClose={close} title={t('Cancel this instance?')} closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {change.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was changed')}>
              {change.error.message}
            </Notice>
          )}
          <Text size="sm">{t('It ends where it stands, with the processes that it called. Its history stays.')}</Text>
          <Textarea
            label={t('Why is it cancelled?')}
            required
            autosize
            minRows={2}
            maxLength={2_000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={isTried && reason.trim() === '' ? t('Say why') : null}
            data-autofocus
            data-testid="cancel-reason"
          />
          <Checkbox
            label={t('Without the listeners of the model')}
            checked={skipCustomListeners}
            onChange={(event) => setSkipListeners(event.currentTarget.checked)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Keep running')}
            </Button>
            <Button type="submit" color="danger" loading={change.isPending} data-testid="cancel-confirm">
              {t('Cancel the instance')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
