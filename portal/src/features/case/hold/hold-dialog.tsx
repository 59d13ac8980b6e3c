/** Placing a legal hold on a case, or lifting one, asks why. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../../api/client';
import type { LegalHold } from '../../../api/privacy';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { Notice } from '../../../ui/notice';
import { told } from '../../../ui/toast';

/** `hold`: the one that is lifted; null: a new one. */
export function HoldDialog({ item, hold, close }: { item: Case; hold: LegalHold | null; close: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const change = useMutation({
    mutationFn: () => {
      const body = { reason: reason.trim() };
      return hold === null
        ? take(api.POST('/api/v1/cases/{id}/holds', { params: { path: { id: item.id } }, body }))
        : take(
            api.DELETE('/api/v1/cases/{id}/holds/{holdId}', {
              params: { path: { id: item.id, holdId: hold.id } },
              body,
            }),
          );
    },
    onSuccess: () => {
      told(hold === null ? t('The case is held') : t('The hold is lifted'));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['case'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!change.isPending && reason.trim() !== '') change.mutate();
  };
  const title = hold === null ? t('Place a legal hold') : t('Lift hold');
  return (
    <Modal opened onClose={close} size={520} title={title} closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit}>
        <Stack>
          {change.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
              {change.error.message}
            </Notice>
          )}
          <Text size="sm" c="dimmed">
            {t('While a hold stands nothing of the case is deleted: no document, no mail, nor the case itself.')}
          </Text>
          <Textarea
            label={t('Reason')}
            description={t('Everyone who reads the case sees it')}
            required
            autosize
            minRows={2}
            maxLength={2_000}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-testid="hold-reason"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={reason.trim() === ''} data-testid="hold-confirm">
              {title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
