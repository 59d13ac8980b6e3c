/** Starts what has ended once more, with what it left behind. */
import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { useChange } from './change';

export function RestartDialog({ instance, close }: { instance: string; close: () => void }) {
  const [which, setWhich] = useState('last');
  const navigate = useNavigate();
  const change = useChange({ quiet: true });
  const restart = () =>
    change.mutate({
      run: async () => {
        const { id } = await take(
          api.POST('/api/v1/process-instances/{id}/restart', {
            params: { path: { id: instance } },
            body: { initialVariables: which === 'first' },
          }),
        );
        close();
        await navigate({ to: '/instances/$id', params: { id } });
      },
      done: t('It was started again'),
      failed: t('Nothing was started'),
    });
  return (
    <Modal opened onClose={close} title={t('Start it again?')} closeButtonProps={{ 'aria-label': t('Close') }}>
      <Stack>
        {change.error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was started')}>
            {change.error.message}
          </Notice>
        )}
        <Text size="sm">
          {t('A new instance of the same version begins, with the same business key. This one stays as it is.')}
        </Text>
        <Radio.Group label={t('With which variables?')} value={which} onChange={setWhich}>
          <Stack gap="xs" mt="xs">
            <Radio value="last" label={t('As they were last')} />
            <Radio value="first" label={t('As it was started with')} data-testid="restart-first" />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('Cancel')}
          </Button>
          <Button loading={change.isPending} onClick={restart} data-testid="restart-confirm">
            {t('Start again')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
