/**
 * Closing a case asks for a reason and names the work that ends with it; opening it again asks for a reason. What is open is what the page knows,
 * and what the server says when it knows of more: nothing is cancelled that nobody was told of.
 */
import { Button, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { tasksQuery, usersQuery } from '../../api/queries';
import type { Case, CaseDefinition } from '../../api/schema';
import { plural, t } from '../../i18n';
import { words } from '../../lib/format';
import { Notice } from '../../ui/notice';
import { usePatchCase, type Conflict } from './actions';
import { openWorkIn, openWorkOf, type OpenWork } from './open-work';

export type Status = CaseDefinition['statuses'][number];
interface Props {
  item: Case;
  status: Status;
  onConflict: (conflict: Conflict) => void;
  close: () => void;
}

/** Asked for every change that closes a case or opens it again. */
export function StatusDialog({ item, status, onConflict, close }: Props) {
  const [reason, setReason] = useState('');
  const [told, setTold] = useState<OpenWork | null>(null);
  const closes = status.kind === 'closed';
  const tasks = useQuery({ ...tasksQuery({ case: item.id, limit: 20 }), enabled: closes });
  const patch = usePatchCase((conflict) => {
    close();
    onConflict(conflict);
  });
  const open = closes ? (told ?? openWorkOf(item, tasks.data?.items ?? [])) : null;
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
          ...(closes ? { openWork: open === null ? 'refuse' : 'cancel' } : {}),
        },
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
      title={
        closes ? t('Close {number}?', { number: item.number }) : t('Open {number} again?', { number: item.number })
      }
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          {refusal !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
              {refusal.message}
            </Notice>
          )}
          {open !== null && <Ending open={open} />}
          <Text size="sm" c="dimmed">
            {closes
              ? t('Its clocks stop. The case can be opened again.')
              : t('What closing had settled is promised anew.')}
          </Text>
          <Textarea
            label={closes ? t('Why is it closed?') : t('Why is it opened again?')}
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
              disabled={closes && tasks.isPending}
              data-testid="status-confirm"
            >
              {open !== null ? t('Cancel them and close') : closes ? t('Close case') : t('Open case again')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What ends with the case, by name. */
function Ending({ open }: { open: OpenWork }) {
  const users = useQuery(usersQuery('')).data;
  const person = (id: string) => users?.find((user) => user.id === id)?.name ?? words(id);
  const listed = (kind: 'task' | 'process', count: number) => {
    const named = open.items.filter((each) => each.kind === kind);
    return (
      <List size="sm">
        {named.map(({ name, assignee }, index) => (
          // Two tasks of one name are two tasks, and the list is never sorted anew.
          <List.Item key={`${name}-${index}`}>
            {assignee === null ? name : t('{task}, taken by {name}', { task: name, name: person(assignee) })}
          </List.Item>
        ))}
        {count > named.length && named.length > 0 && (
          <List.Item>{t('and {count} more', { count: count - named.length })}</List.Item>
        )}
      </List>
    );
  };
  return (
    <Notice tone="warning" icon="tasks" role="status" testId="close-warning">
      {open.tasks > 0 && (
        <>
          <Text size="sm">{plural('{count} task is still open:', '{count} tasks are still open:', open.tasks)}</Text>
          {listed('task', open.tasks)}
        </>
      )}
      {open.processes > 0 && (
        <>
          <Text size="sm">{plural('{count} process runs:', '{count} processes run:', open.processes)}</Text>
          {listed('process', open.processes)}
        </>
      )}
      <Text size="sm">{t('They are cancelled when the case is closed.')}</Text>
    </Notice>
  );
}
