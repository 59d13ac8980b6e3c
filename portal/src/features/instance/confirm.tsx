/** Asks before something that cannot be taken back. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n';

interface Props {
  title: string;
  action: string;
  children: ReactNode;
  isBusy: boolean;
  confirm: () => void;
  close: () => void;
}

export function Confirm({ title, action, children, isBusy, confirm, close }: Props) {
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('Close') }}>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('Keep')}
          </Button>
          <Button color="danger" loading={isBusy} onClick={confirm} data-autofocus data-testid="confirm">
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
