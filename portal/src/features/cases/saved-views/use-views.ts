/** Changing the views of a person: each change is told where it failed, and every list of views is fetched anew. */
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, etag, take } from '../../../api/client';
import { viewChoicesQuery } from '../../../api/queries';
import type { SavedView, SaveView, ViewChoices } from '../../../api/schema';
import { t } from '../../../i18n';
import { report, told } from '../../../ui/toast';

const refresh = (queries: QueryClient) =>
  Promise.all([
    queries.invalidateQueries({ queryKey: ['saved-views'] }),
    queries.invalidateQueries({ queryKey: ['view-counts'] }),
  ]);

/** Keeps a new view, or gives `view` another content. */
export function useSaveView(done: (saved: SavedView) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ view, body }: { view: SavedView | null; body: SaveView }) =>
      view === null
        ? take(api.POST('/api/v1/saved-views', { body }))
        : take(
            api.PUT('/api/v1/saved-views/{id}', {
              params: { path: { id: view.id }, header: { 'If-Match': etag(view.version) } },
              body,
            }),
          ),
    onSuccess: async (saved) => {
      await refresh(queries);
      told(t('View “{name}” saved', { name: saved.name }));
      done(saved);
    },
  });
}

export function useDeleteView(done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (view: SavedView) =>
      take(api.DELETE('/api/v1/saved-views/{id}', { params: { path: { id: view.id } } })),
    onSuccess: (_, view) => {
      told(t('View “{name}” deleted', { name: view.name }));
      done();
    },
    onError: (error) => report(error, t('The view was not deleted')),
    onSettled: () => refresh(queries),
  });
}

/** Pins, unpins, or makes a view the one that the list begins with. */
export function useChooseViews() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: (now: ViewChoices) => ViewChoices) => {
      const now = await queries.fetchQuery({ ...viewChoicesQuery, staleTime: 0 });
      return take(api.PUT('/api/v1/saved-view-choices', { body: change(now) }));
    },
    onError: (error) => report(error, t('Not saved')),
    onSettled: () => refresh(queries),
  });
}
