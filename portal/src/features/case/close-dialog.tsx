/**
 * Closing a case asks how it ends and why, and names the work that ends with it. What is open is what the page knows, and what the server says
 * when it knows of more: nothing is cancelled that nobody was told of.
 */
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { tasksQuery } from '../../api/queries';
import type { Case, CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { usePatchCase, type Conflict } from './actions';
import { Ending } from './ending';
import { openWorkIn, openWorkOf, waitsForChildren, type OpenWork } from './open-work';
import { ResolutionInput } from './resolution-input';

export type Status = CaseDefinition['statuses'][number];
interface Props {
  item: Case;
  definition: CaseDefinition | undefined;
  status: Status;
  onConflict: (conflict: Conflict) => void;
  close: () => void;
}

/** Asked for every change that closes a case. */
export function CloseDialog({ item, definition, status, onConflict, close }: Props) {
  const [reason, setReason] = useState('');
  const [resolution, setResolution] = useState('');
  const [told, setTold] = useState<OpenWork | null>(null);
  const [cancels, setCancels] = useState(false);
  const tasks = useQuery(tasksQuery({ case: item.id, limit: 20 }));
  const patch = usePatchCase((conflict) => {
    close();
    onConflict(conflict);
  });
  const open = told ?? openWorkOf(item, tasks.data?.items ?? []);
  const refusal = patch.error !== null && openWorkIn(patch.error) === null ? patch.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (patch.isPending) return;
    patch.mutate(
      {
        item,
        patch: {
          status: status.id,
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          ...(resolution.trim() === '' ? {} : { resolution: resolution.trim() }),
          openWork: open === null && !cancels ? 'refuse' : 'cancel',
        },
        shown: { resolution: item.resolution },
        done: t('Status is now {status}', { status: status.name }),
        quiet: true,
      },
      { onSuccess: close, onError: (error) => setTold((before) => openWorkIn(error) ?? before) },
    );
  };
  return (
    <Modal
      opened
      onClose={close}
      size={520}
      title={t('Close {number}?', { number: item.number })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          {refusal !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
              {refusal.message}
            </Notice>
          )}
          {waitsForChildren(patch.error) && open === null && (
            <Checkbox
              checked={cancels}
              onChange={(event) => setCancels(event.currentTarget.checked)}
              label={t('Cancel what is open in its parts')}
              description={t('Where they close with this case')}
            />
          )}
          {open !== null && <Ending open={open} told={t('They are cancelled when the case is closed.')} />}
          <Text size="sm" c="dimmed">
            {t('Its clocks stop. The case can be opened again.')}
          </Text>
          <ResolutionInput definition={definition} value={resolution} change={setResolution} />
          <Textarea
            label={t('Why is it closed?')}
            description={t('Everyone who reads the case sees it')}
            autosize
            minRows={2}
            maxLength={2_000}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-testid="status-reason"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {open === null ? t('Cancel') : t('Keep open')}
            </Button>
            <Button
              type="submit"
              color={open === null ? undefined : 'danger'}
              loading={patch.isPending}
              disabled={tasks.isPending}
              data-testid="status-confirm"
            >
              {open === null ? t('Close case') : t('Cancel them and close')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
