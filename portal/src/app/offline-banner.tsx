/** Says that there is no connection and what is still possible, and is gone when it is back. */
import { Box, Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useOffline } from '../api/connection';
import { t } from '../i18n';
import { Notice } from '../ui/notice';

export function OfflineBanner() {
  const offline = useOffline();
  const queries = useQueryClient();
  return (
    <div role="status" className="cw-offline" data-testid="offline">
      {offline && (
        <Box mb="md">
          <Notice tone="warning" icon="incident" title={t('There is no connection to the server')}>
            <Group justify="space-between" gap="xs">
              <span>
                {t('What is already here can be read. Nothing is sent, and what you write stays in this browser.')}
              </span>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => void queries.invalidateQueries({ refetchType: 'active' })}
              >
                {t('Try again')}
              </Button>
            </Group>
          </Notice>
        </Box>
      )}
    </div>
  );
}
