/** Opening a closed case again asks why, and where it goes back to. */
import { Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, etag, take } from '../../api/client';
import { fetchCase } from '../../api/queries';
import type { Case, CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { told } from '../../ui/toast';
import type { Status } from './close-dialog';

export function ReopenDialog({
  item,
  definition,
  status,
  close,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  status: Status;
  close: () => void;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [stage, setStage] = useState<string | null>(null);
  const stages = (definition?.stages ?? []).filter(({ kind }) => (kind as string | undefined) !== 'resolution');
  const reopen = useMutation({
    mutationFn: async () => {
      // Somebody else may have changed it since the page was read: what is asked here holds for the case as it is.
      const { version } = await fetchCase(item.id);
      return take(
        api.POST('/api/v1/cases/{id}/reopen', {
          params: { path: { id: item.id }, header: { 'If-Match': etag(version) } },
          body: { reason: reason.trim(), status: status.id, ...(stage === null ? {} : { stage }) },
        }),
      );
    },
    onSuccess: (saved) => {
      for (const ref of [saved.id, saved.number])
        queries.setQueryData<Case>(['case', ref, 'core'], (old) => (old === undefined ? old : saved));
      told(t('Status is now {status}', { status: saved.statusName }));
      close();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['case'] }),
        queries.invalidateQueries({ queryKey: ['cases'] }),
      ]),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!reopen.isPending && reason.trim() !== '') reopen.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      size={520}
      title={t('Open {number} again?', { number: item.number })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          {reopen.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
              {reopen.error instanceof ApiError && reopen.error.errors.length > 0
                ? reopen.error.errors.map(({ detail, code }) => detail ?? code).join(' ')
                : reopen.error.message}
            </Notice>
          )}
          <Text size="sm" c="dimmed">
            {t('What closing had settled is promised anew.')}
          </Text>
          <Textarea
            label={t('Why is it opened again?')}
            description={t('Everyone who reads the case sees it')}
            required
            autosize
            minRows={2}
            maxLength={2_000}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-testid="status-reason"
          />
          <Select
            label={t('Back to stage')}
            placeholder={t('Where it was')}
            data={stages.map(({ id, name }) => ({ value: id, label: name }))}
            value={stage}
            onChange={setStage}
            clearable
            data-testid="reopen-stage"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button
              type="submit"
              loading={reopen.isPending}
              disabled={reason.trim() === ''}
              data-testid="status-confirm"
            >
              {t('Open case again')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
