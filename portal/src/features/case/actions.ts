/** Changes to a case. Every one states the version it saw; a 412 becomes a `Conflict` that the page explains, never a silent overwrite. */
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ApiError, etag, take } from '../../api/client';
import { fetchCase } from '../../api/queries';
import type { Case, CasePatch } from '../../api/schema';
import { t } from '../../i18n';

export interface PatchRequest {
  item: Case; patch: CasePatch;
  /** What the case looks like meanwhile; undone when the server refuses. */
  shown?: Partial<Case>;
  done?: string;
}
export interface Conflict { request: PatchRequest; theirs: Case }

export function report(error: unknown, title: string): void {
  const detail = error instanceof ApiError ? error.errors.map((each) => each.detail).filter(Boolean).join(' ') || error.message : error instanceof Error ? error.message : String(error);
  notifications.show({ color: 'danger', title, message: detail, autoClose: 9_000, closeButtonProps: { 'aria-label': t('Close') } });
}

export function told(message: string): void {
  notifications.show({ message, color: 'petrol', autoClose: 3_500, closeButtonProps: { 'aria-label': t('Close') } });
}

export function usePatchCase(onConflict?: (conflict: Conflict) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ item, patch }: PatchRequest) => take(api.PATCH('/api/v1/cases/{id}', { params: { path: { id: item.id }, header: { 'If-Match': etag(item.version) } }, body: patch })),
    onMutate: async ({ item, patch, shown }) => {
      await queries.cancelQueries({ queryKey: ['case'] });
      const guess = { ...patch, ...shown } as Partial<Case>;
      if (patch.assignee !== undefined && shown?.assignee === undefined) delete guess.assignee;
      if (patch.fields !== undefined) guess.fields = { ...item.fields, ...patch.fields };
      for (const ref of [item.id, item.number]) queries.setQueryData<Case>(['case', ref, 'core'], (old) => (old === undefined ? old : { ...old, ...guess }));
      queries.setQueriesData<{ items: Case[] }>({ queryKey: ['cases', 'page'] }, (old) => (old === undefined ? old : { ...old, items: old.items.map((each) => (each.id === item.id ? { ...each, ...guess } : each)) }));
      return { before: item };
    },
    onError: async (error, request, context) => {
      if (context !== undefined) for (const ref of [request.item.id, request.item.number]) queries.setQueryData<Case>(['case', ref, 'core'], (old) => (old === undefined ? old : context.before));
      if (error instanceof ApiError && error.isConflict && onConflict !== undefined) {
        const theirs = await fetchCase(request.item.id).catch(() => null);
        if (theirs !== null) return onConflict({ request, theirs });
      }
      if (error instanceof ApiError && error.isConflict) return report(new Error(t('Someone else changed it meanwhile. The list shows the current state.')), t('Not saved'));
      report(error, t('Not saved'));
    },
    onSuccess: (saved, { done }) => {
      for (const ref of [saved.id, saved.number]) queries.setQueryData<Case>(['case', ref, 'core'], (old) => (old === undefined ? old : saved));
      if (done !== undefined) told(done);
    },
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['case'] }), queries.invalidateQueries({ queryKey: ['cases'] })]),
  });
}
