/** What is done with notifications: read, dealt with, put off; and cases that are muted. What was done can be undone where it was told. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { NotificationChange } from '../../api/schema';
import { t } from '../../i18n';
import { report } from '../../ui/toast';

/** As many as the server takes at once. */
const MOST = 200;

export function useHandling() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, ...change }: NotificationChange) => {
      for (let from = 0; from < ids.length; from += MOST)
        await take(api.PATCH('/api/v1/notifications', { body: { ids: ids.slice(from, from + MOST), ...change } }));
    },
    onError: (error) => report(error, t('That did not work')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
  });
}

export function useMuting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, isMuted }: { id: string; isMuted: boolean }) => {
      const params = { path: { id } };
      return take<unknown>(
        isMuted
          ? api.PUT('/api/v1/notification-mutes/{id}', { params })
          : api.DELETE('/api/v1/notification-mutes/{id}', { params }),
      );
    },
    onError: (error) => report(error, t('That did not work')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications', 'mutes'] }),
  });
}
