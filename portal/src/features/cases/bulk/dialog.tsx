/** Changing the chosen cases: what is changed, what that comes to, and then how far it is. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import type { BatchChange, BatchRequest } from '../../../api/schema';
import { plural, t } from '../../../i18n';
import { Notice } from '../../../ui/notice';
import { ChangeForm } from './change-form';
import { subjects, type Subject } from './subjects';
import { BatchProgress } from './progress';
import { Skipped } from './skipped';

interface Props {
  subject: Subject;
  cases: Pick<BatchRequest, 'cases' | 'filters'>;
  count: number;
  definition?: string;
  close: () => void;
  begun: () => void;
}

export function BulkDialog({ subject, cases, count, definition, close, begun }: Props) {
  const [change, setChange] = useState<BatchChange>(subject === 'due' ? { dueAt: null } : {});
  const body: BatchRequest = { ...cases, change };
  const preview = useMutation({ mutationFn: () => take(api.POST('/api/v1/case-batches/preview', { body })) });
  const start = useMutation({ mutationFn: () => take(api.POST('/api/v1/case-batches', { body })), onSuccess: begun });
  const label = subjects().find((each) => each.id === subject)?.label ?? '';
  const error = start.error ?? preview.error;
  const isEmpty = Object.values(change).every((value) => value === undefined || value === '' || isNone(value));
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t('{what}: {cases}', { what: label, cases: plural('{count} case', '{count} cases', count) })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack>
        {error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was changed')}>
            {error.message}
          </Notice>
        )}
        {start.data !== undefined ? (
          <BatchProgress id={start.data.id} first={start.data} />
        ) : preview.data !== undefined ? (
          <>
            <Text data-testid="bulk-preview">
              {plural('{count} case will be changed.', '{count} cases will be changed.', preview.data.changed)}
            </Text>
            {preview.data.unchanged > 0 && (
              <Text c="dimmed" size="sm">
                {plural('{count} is so already.', '{count} are so already.', preview.data.unchanged)}
              </Text>
            )}
            <Skipped count={preview.data.refused} cases={preview.data.skipped} />
            {!preview.data.isUndoable && (
              <Notice tone="warning" icon="incident" title={t('This cannot be taken back')}>
                {t('Work that is cancelled does not come back.')}
              </Notice>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={() => preview.reset()}>
                {t('Back')}
              </Button>
              <Button
                loading={start.isPending}
                disabled={preview.data.changed === 0}
                onClick={() => start.mutate()}
                data-testid="bulk-start"
              >
                {t('Change')}
              </Button>
            </Group>
          </>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              preview.mutate();
            }}
          >
            <ChangeForm subject={subject} definition={definition} change={change} set={setChange} />
            <Group justify="flex-end" mt="md">
              <Button variant="default" onClick={close}>
                {t('Cancel')}
              </Button>
              <Button type="submit" loading={preview.isPending} disabled={isEmpty} data-testid="bulk-continue">
                {t('Continue')}
              </Button>
            </Group>
          </form>
        )}
      </Stack>
    </Modal>
  );
}

function isNone(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
