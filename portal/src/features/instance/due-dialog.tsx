/** When a job or a timer is due. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { t } from '../../i18n';
import { localInput, localInstant } from '../../lib/format';

interface Props {
  now: string | null;
  isBusy: boolean;
  save: (dueAt: string) => void;
  close: () => void;
}

export function DueDialog({ now, isBusy, save, close }: Props) {
  const [text, setText] = useState(localInput(now));
  const dueAt = localInstant(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (dueAt !== null) save(dueAt);
  };
  return (
    <Modal opened onClose={close} title={t('Move to another time')} closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            type="datetime-local"
            label={t('Due')}
            description={t('A time that is past: it runs at once.')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={text !== '' && dueAt === null ? t('Enter a date and a time') : null}
            data-autofocus
            data-testid="job-due"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={isBusy} disabled={dueAt === null} data-testid="job-due-save">
              {t('Save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
