/** What is done to an instance as a whole, as far as the reader may. */
import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../api/client';
import type { ProcessInstance } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { later } from '../../ui/later';
import { useChange } from './change';

const CancelDialog = later(async () => (await import('./cancel-dialog')).CancelDialog);
const RestartDialog = later(async () => (await import('./restart-dialog')).RestartDialog);
const MigrateDialog = later(async () => (await import('./migrate-dialog')).MigrateDialog);

export function InstanceActions({ instance, modify }: { instance: ProcessInstance; modify: () => void }) {
  const can = useCan();
  const [open, setOpen] = useState<'cancel' | 'restart' | 'migrate' | null>(null);
  const change = useChange();
  const isEnded = instance.endedAt !== null;
  const isSuspended = instance.state === 'suspended';
  const may = {
    suspend: !isEnded && can('process-instance:update'),
    modify: !isEnded && can('process-instance:modify'),
    migrate: !isEnded && can('process-instance:migrate'),
    cancel: !isEnded && can('process-instance:cancel'),
    restart: isEnded && can('process-instance:restart'),
  };
  const suspend = () =>
    change.mutate({
      run: () =>
        take(
          api.PUT('/api/v1/process-instances/{id}/suspension', {
            params: { path: { id: instance.id } },
            body: { isSuspended: !isSuspended },
          }),
        ),
      done: isSuspended ? t('The instance goes on') : t('The instance is suspended'),
      failed: t('Nothing was changed'),
    });
  const close = () => setOpen(null);
  if (!Object.values(may).some(Boolean)) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" size="xs" loading={change.isPending} data-testid="instance-actions">
            {t('Actions')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {may.suspend && <Menu.Item onClick={suspend}>{isSuspended ? t('Resume') : t('Suspend')}</Menu.Item>}
          {may.modify && <Menu.Item onClick={modify}>{t('Modify')}</Menu.Item>}
          {may.migrate && <Menu.Item onClick={() => setOpen('migrate')}>{t('Move to another version')}</Menu.Item>}
          {may.cancel && <Menu.Item onClick={() => setOpen('cancel')}>{t('Cancel the instance')}</Menu.Item>}
          {may.restart && <Menu.Item onClick={() => setOpen('restart')}>{t('Start again')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {open === 'cancel' && <CancelDialog instance={instance.id} close={close} />}
      {open === 'restart' && <RestartDialog instance={instance.id} close={close} />}
      {open === 'migrate' && <MigrateDialog instance={instance} close={close} />}
    </>
  );
}
