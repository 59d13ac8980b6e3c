/** Changes to a case. Every one states the version it saw; a 412 becomes a `Conflict` that the page explains, never a silent overwrite. */
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, ApiError, etag, take } from '../../api/client';
import { fetchCase } from '../../api/queries';
import { refreshCases } from '../../api/refresh-cases';
import type { Case, CasePatch } from '../../api/schema';
import { t } from '../../i18n';
import { report, told } from '../../ui/toast';
import { demandOf, type Demand } from './demanded';
import { isRule, openWorkIn } from './open-work';

export interface PatchRequest {
  item: Case;
  patch: CasePatch;
  /** What the case looks like meanwhile; undone when the server refuses. */
  shown?: Partial<Case>;
  done?: string;
  /** The change is decided: it was saved, or given up for theirs after a conflict. */
  settled?: () => void;
  /** The place that asked shows a refusal itself. */
  quiet?: boolean;
}
export interface Conflict {
  request: PatchRequest;
  theirs: Case;
}

/** Shows a case again as it was, on its page and in every list: the server refused what was shown meanwhile. */
function putBack(queries: QueryClient, before: Case): void {
  for (const ref of [before.id, before.number])
    queries.setQueryData<Case>(['case', ref, 'core'], (old) => (old === undefined ? old : before));
  const restored = <T extends { items: Case[] }>(page: T): T => ({
    ...page,
    items: page.items.map((each) => (each.id === before.id ? before : each)),
  });
  queries.setQueriesData<{ items: Case[] }>({ queryKey: ['cases', 'page'] }, (old) =>
    old === undefined ? old : restored(old),
  );
  queries.setQueriesData<{ pages: { items: Case[] }[] }>({ queryKey: ['cases', 'pages'] }, (old) =>
    old === undefined ? old : { ...old, pages: old.pages.map(restored) },
  );
}

/** `onDemand` is told what a refused move still needs; without it, that is reported like any refusal. */
export function usePatchCase(onConflict?: (conflict: Conflict) => void, onDemand?: (demand: Demand) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ item, patch }: PatchRequest) =>
      take(
        api.PATCH('/api/v1/cases/{id}', {
          params: { path: { id: item.id }, header: { 'If-Match': etag(item.version) } },
          body: patch,
        }),
      ),
    onMutate: async ({ item, patch, shown }) => {
      await queries.cancelQueries({ queryKey: ['case'] });
      const guess = { ...patch, ...shown } as Partial<Case>;
      if (patch.assignee !== undefined && shown?.assignee === undefined) delete guess.assignee;
      if (patch.fields !== undefined) guess.fields = { ...item.fields, ...patch.fields };
      for (const ref of [item.id, item.number])
        queries.setQueryData<Case>(['case', ref, 'core'], (old) => (old === undefined ? old : { ...old, ...guess }));
      const changed = <T extends { items: Case[] }>(page: T): T => ({
        ...page,
        items: page.items.map((each) => (each.id === item.id ? { ...each, ...guess } : each)),
      });
      queries.setQueriesData<{ items: Case[] }>({ queryKey: ['cases', 'page'] }, (old) =>
        old === undefined ? old : changed(old),
      );
      queries.setQueriesData<{ pages: { items: Case[] }[] }>({ queryKey: ['cases', 'pages'] }, (old) =>
        old === undefined ? old : { ...old, pages: old.pages.map(changed) },
      );
      return { before: item };
    },
    onError: async (error, request, context) => {
      if (context !== undefined) putBack(queries, context.before);
      // The place that asked shows what stands in the way.
      if (request.quiet === true && openWorkIn(error) !== null) return;
      const demand = onDemand === undefined ? null : demandOf(request, error);
      if (demand !== null) return onDemand?.(demand);
      if (isRule(error)) {
        if (request.quiet !== true) report(error, t('Not saved'));
        return;
      }
      if (error instanceof ApiError && error.isConflict && onConflict !== undefined) {
        const theirs = await fetchCase(request.item.id).catch(() => null);
        if (theirs !== null) return onConflict({ request, theirs });
      }
      if (error instanceof ApiError && error.isConflict)
        return report(
          new Error(t('Someone else changed it meanwhile. The list shows the current state.')),
          t('Not saved'),
        );
      if (request.quiet !== true) report(error, t('Not saved'));
    },
    onSuccess: (saved, { done, settled }) => {
      for (const ref of [saved.id, saved.number])
        queries.setQueryData<Case>(['case', ref, 'core'], (old) => (old === undefined ? old : saved));
      if (done !== undefined) told(done);
      settled?.();
    },
    // A long list is not loaded again as a whole for one row of it.
    onSettled: (_saved, _error, { item }) =>
      Promise.all([queries.invalidateQueries({ queryKey: ['case'] }), refreshCases(queries, new Set([item.id]))]),
  });
}
