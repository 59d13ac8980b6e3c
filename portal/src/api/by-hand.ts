/** Reads of what people begin by hand: processes with their form, and what is in ad-hoc subprocesses. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

/** What a process asks for before it is started; like the form of a task, nothing takes its place while it is filled in. */
export const startFormQuery = (caseId: string, key: string) =>
  queryOptions({
    queryKey: ['start-form', caseId, key],
    queryFn: () => take(api.GET('/api/v1/cases/{id}/processes/{key}/form', { params: { path: { id: caseId, key } } })),
    staleTime: Infinity,
    gcTime: 0,
  });
/** Open ad-hoc subprocesses of an instance. */
export const adHocQuery = (id: string) =>
  queryOptions({
    // Under the key of the instance: what happens in it has them fetched again.
    queryKey: ['instance', id, 'ad-hoc'],
    queryFn: () => take(api.GET('/api/v1/process-instances/{id}/ad-hoc-subprocesses', { params: { path: { id } } })),
  });
