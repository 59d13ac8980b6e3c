/** How often something is tried before it is an incident. */
import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { t } from '../../i18n';

interface Props {
  now: number;
  isBusy: boolean;
  save: (retries: number) => void;
  close: () => void;
}

export function RetriesDialog({ now, isBusy, save, close }: Props) {
  const [retries, setRetries] = useState<number | string>(Math.max(1, now));
  const isWhole = typeof retries === 'number' && Number.isInteger(retries) && retries >= 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWhole) save(retries);
  };
  return (
    <Modal opened onClose={close} title={t('Set the tries')} closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <NumberInput
            label={t('Tries left')}
            description={t('With none left it is an incident; with one or more it is tried again.')}
            min={0}
            max={1_000}
            allowDecimal={false}
            value={retries}
            onChange={setRetries}
            error={isWhole ? null : t('Enter a whole number')}
            data-autofocus
            data-testid="retries"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={isBusy} data-testid="retries-save">
              {t('Save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
