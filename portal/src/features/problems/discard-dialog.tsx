/** Giving an entry up is for good, so why is asked for and kept. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import type { DeadLetter } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { told } from '../../ui/toast';

export function DiscardDialog({ letter, close }: { letter: DeadLetter; close: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const discard = useMutation({
    mutationFn: () =>
      take(api.POST('/api/v1/dead-letters/{id}/discard', { params: { path: { id: letter.id } }, body: { reason } })),
    onSuccess: () => {
      told(t('Given up'));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
  return (
    <Modal opened onClose={close} title={t('Give this entry up?')} closeButtonProps={{ 'aria-label': t('Close') }}>
      <Stack>
        {discard.error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Not done')}>
            {discard.error.message}
          </Notice>
        )}
        <Text size="sm">
          {t('Nobody handles it any more: what {consumer} would have done because of it is not done.', {
            consumer: letter.consumer,
          })}
        </Text>
        <Textarea
          label={t('Reason')}
          required
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-testid="discard-reason"
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('Cancel')}
          </Button>
          <Button
            color="danger"
            disabled={reason.trim() === ''}
            loading={discard.isPending}
            onClick={() => discard.mutate()}
            data-testid="discard-confirm"
          >
            {t('Give up')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
