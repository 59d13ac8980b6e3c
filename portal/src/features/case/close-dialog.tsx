/** Closing a case asks for a reason and says what stays open, because closing ends neither tasks nor processes. */
import { Button, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { tasksQuery } from '../../api/queries';
import type { Case, CaseDefinition } from '../../api/schema';
import { plural, t } from '../../i18n';
import { Notice } from '../../ui/notice';

type Status = CaseDefinition['statuses'][number];
interface Props {
  item: Case;
  status: Status | null;
  change: (status: Status, reason: string) => void;
  close: () => void;
}

/** Asked for every change that closes a case or opens it again. */
export function StatusDialog({ item, status, change, close }: Props) {
  const [reason, setReason] = useState('');
  const closes = status?.kind === 'closed';
  const tasks =
    useQuery({ ...tasksQuery({ case: item.id, limit: 20 }), enabled: status !== null && closes }).data?.items ?? [];
  const running = item.processInstances.filter((each) => each.state === 'ACTIVE' || each.state === 'STARTING').length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (status !== null) change(status, reason.trim());
    setReason('');
    close();
  };
  return (
    <Modal
      opened={status !== null}
      onClose={close}
      title={
        closes ? t('Close {number}?', { number: item.number }) : t('Open {number} again?', { number: item.number })
      }
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          {closes && (item.openTaskCount > 0 || running > 0) && (
            <Notice tone="warning" icon="tasks" testId="close-warning">
              {item.openTaskCount > 0 && (
                <Text size="sm">
                  {plural(
                    '{count} task is still open and stays so:',
                    '{count} tasks are still open and stay so:',
                    item.openTaskCount,
                  )}
                </Text>
              )}
              {tasks.length > 0 && (
                <List size="sm">
                  {tasks.map((task) => (
                    <List.Item key={task.id}>{task.name}</List.Item>
                  ))}
                </List>
              )}
              {running > 0 && (
                <Text size="sm">{plural('{count} process goes on.', '{count} processes go on.', running)}</Text>
              )}
            </Notice>
          )}
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
              {t('Cancel')}
            </Button>
            <Button type="submit" data-testid="status-confirm">
              {closes ? t('Close case') : t('Open case again')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
