/** Whether somebody follows a case, and the change of it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from '../i18n';
import { report } from '../ui/toast';
import { api, take } from './client';

export const followingQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'following'],
    queryFn: () => take(api.GET('/api/v1/cases/{id}/following', { params: { path: { id } } })),
  });

export function useFollow() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, follows }: { id: string; follows: boolean }) => {
      const params = { path: { id } };
      return take<unknown>(
        follows
          ? api.PUT('/api/v1/cases/{id}/following', { params })
          : api.DELETE('/api/v1/cases/{id}/following', { params }),
      );
    },
    onError: (error) => report(error, t('That did not work')),
    onSettled: (_done, _error, { id }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['case', id, 'following'] }),
        queries.invalidateQueries({ queryKey: ['cases'] }),
      ]),
  });
}
