/** Asks before a view is deleted: there is no way back, and others may look at it too. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { SavedView } from '../../../api/schema';
import { t } from '../../../i18n';
import { useDeleteView } from './use-views';

export function DeleteDialog({ view, close, gone }: { view: SavedView; close: () => void; gone: () => void }) {
  const remove = useDeleteView(() => {
    close();
    gone();
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t('Delete the view “{name}”?', { name: view.name })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack>
        <Text size="sm">
          {view.audience.kind === 'private'
            ? t('There is no way back. The cases in it stay as they are.')
            : t('It is gone for everybody who sees it, and there is no way back. The cases in it stay as they are.')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t('Cancel')}
          </Button>
          <Button
            color="danger"
            loading={remove.isPending}
            onClick={() => remove.mutate(view)}
            data-testid="delete-view-confirm"
          >
            {t('Delete view')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
