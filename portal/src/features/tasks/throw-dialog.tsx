/** Before the process of a task is told of an error or an escalation: what that does, and what is said with it. */
import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, take } from '../../api/client';
import type { Task } from '../../api/schema';
import { t } from '../../i18n';
import { told } from '../../ui/toast';
import { nameOf, type Entered, type Thrown } from './turns';

interface Props {
  task: Task;
  thrown: Thrown;
  form: Entered;
  completing: (id: string | null) => void;
  /** The task is over. */
  ended: () => Promise<void>;
  close: () => void;
}

export function ThrowDialog({ task, thrown, form, completing, ended, close }: Props) {
  const queries = useQueryClient();
  const [code, setCode] = useState(thrown.code ?? '');
  const [message, setMessage] = useState('');
  const ends = thrown.isInterrupting;
  const send = useMutation({
    mutationFn: async () => {
      const params = { path: { id: task.id } };
      const data = await form.entered();
      if (thrown.kind === 'escalation')
        return take(api.POST('/api/v1/tasks/{id}/escalation', { params, body: { code: code.trim(), data } }));
      const text = message.trim() === '' ? null : message.trim();
      return take(
        api.POST('/api/v1/tasks/{id}/bpmn-error', { params, body: { code: code.trim(), message: text, data } }),
      );
    },
    onMutate: () => {
      if (ends) completing(task.id);
    },
    onSuccess: async () => {
      if (ends) {
        form.sent();
        await ended();
        return;
      }
      told(t('{name}: the process knows', { name: nameOf(thrown) }));
      await Promise.all(['tasks', 'case', 'instance'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => {
      completing(null);
      // What was filled in is judged: its faults stand at their fields.
      if (error instanceof ApiError && error.code === 'not-caught') return;
      form.refused(error, t('Nothing was done'));
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '' && !send.isPending) send.mutate(undefined, { onSuccess: close });
  };
  return (
    <Modal opened onClose={close} title={nameOf(thrown)} closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            {ends
              ? t('The task ends with this, and its process goes another way. What you have filled in goes with it.')
              : t('The task stays yours; its process does something besides. What you have filled in goes with it.')}
          </Text>
          {thrown.code === null && (
            <TextInput
              label={t('Code')}
              description={t('The process takes any; its author says which it knows.')}
              required
              value={code}
              error={send.error instanceof ApiError && send.error.code === 'not-caught' ? send.error.message : null}
              onChange={(event) => setCode(event.currentTarget.value)}
              data-testid="throw-code"
            />
          )}
          {thrown.kind === 'error' && (
            <Textarea
              label={t('Reason')}
              autosize
              minRows={2}
              maxRows={8}
              data-autofocus
              value={message}
              onChange={(event) => setMessage(event.currentTarget.value)}
              data-testid="throw-message"
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button
              type="submit"
              color={ends ? 'danger' : undefined}
              loading={send.isPending}
              disabled={code.trim() === ''}
              data-testid="throw-send"
            >
              {ends ? t('End the task') : t('Tell the process')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
