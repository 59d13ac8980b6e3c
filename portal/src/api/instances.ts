/**
 * What a process instance has, list by list, and what is changed of it. Everything is kept below the key of the instance, so whatever happens in it
 * has the lists fetched again that are open.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { components } from './generated';
import type { Page } from './schema';

type Schemas = components['schemas'];
export type ActivityInstance = Schemas['ActivityInstanceBody'];
export type InstanceTask = Schemas['OpenTaskBody'];
export type ScopedVariable = Schemas['ScopedVariableBody'];
export type VariableChange = Schemas['VariableChangeBody'];
export type Job = Schemas['JobBody'];
export type ExternalTask = Schemas['ExternalTaskBody'];
export type Subscription = Schemas['SubscriptionBody'];
export type Decision = Schemas['DecisionBody'];
export type EvaluatedTable = Schemas['EvaluatedTable'];
export type Mapping = Schemas['MappingBody'];
export type Mappable = Schemas['MappableBody'];
export type Proposal = Schemas['ProposalBody'];
export type ModificationStep = Schemas['StepBody'];
/** A value with its type, as it is sent. */
export type TypedValue = Schemas['TypedValue'];

/** Rows of a page of a list. */
const PAGE = 50;
const query = (element: string | null, cursor?: string) => ({
  elementId: element ?? undefined,
  limit: PAGE,
  total: true,
  cursor,
});
const path = (id: string) => ({ id });

/** A list of an instance: all of it, or what is at one element. */
function listOf<T>(id: string, list: string, element: string | null, read: (cursor?: string) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey: ['instance', id, list, element],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export const variablesQuery = (id: string, element: string | null) =>
  listOf(id, 'variables', element, (cursor) =>
    take(
      api.GET('/api/v1/process-instances/{id}/variables', {
        params: { path: path(id), query: query(element, cursor) },
      }),
    ),
  );
export const activitiesQuery = (id: string, element: string | null) =>
  listOf(id, 'activities', element, (cursor) =>
    take(
      api.GET('/api/v1/process-instances/{id}/activity-instances', {
        params: { path: path(id), query: query(element, cursor) },
      }),
    ),
  );
export const instanceTasksQuery = (id: string, element: string | null) =>
  listOf(id, 'tasks', element, (cursor) =>
    take(
      api.GET('/api/v1/process-instances/{id}/user-tasks', {
        params: { path: path(id), query: query(element, cursor) },
      }),
    ),
  );
export const jobsQuery = (id: string, element: string | null) =>
  listOf(id, 'jobs', element, (cursor) =>
    take(api.GET('/api/v1/process-instances/{id}/jobs', { params: { path: path(id), query: query(element, cursor) } })),
  );
export const externalTasksQuery = (id: string, element: string | null) =>
  listOf(id, 'external-tasks', element, (cursor) =>
    take(
      api.GET('/api/v1/process-instances/{id}/external-tasks', {
        params: { path: path(id), query: query(element, cursor) },
      }),
    ),
  );
export const subscriptionsQuery = (id: string, element: string | null) =>
  listOf(id, 'subscriptions', element, (cursor) =>
    take(
      api.GET('/api/v1/process-instances/{id}/subscriptions', {
        params: { path: path(id), query: query(element, cursor) },
      }),
    ),
  );
export const decisionsQuery = (id: string, element: string | null) =>
  listOf(id, 'decisions', element, (cursor) =>
    take(
      api.GET('/api/v1/process-instances/{id}/decisions', {
        params: { path: path(id), query: query(element, cursor) },
      }),
    ),
  );
export const instanceIncidentsQuery = (id: string, element: string | null) =>
  listOf(id, 'incidents', element, (cursor) =>
    take(api.GET('/api/v1/incidents', { params: { query: { ...query(element, cursor), processInstanceId: id } } })),
  );

/** A variable with its whole value. */
export const variableQuery = (id: string, name: string, scope: string) =>
  queryOptions({
    queryKey: ['instance', id, 'variable', name, scope],
    queryFn: () =>
      take(
        api.GET('/api/v1/process-instances/{id}/variables/{name}', {
          params: { path: { id, name }, query: { scope } },
        }),
      ),
  });
export const variableHistoryQuery = (id: string, name: string, scope: string) =>
  listOf(id, `variable-history:${name}:${scope}`, null, (cursor) =>
    take(
      api.GET('/api/v1/process-instances/{id}/variables/{name}/history', {
        params: { path: { id, name }, query: { scope, limit: PAGE, cursor } },
      }),
    ),
  );

/** Who left the stack of what went wrong. */
export type FailureSource = { kind: 'job' | 'external-task' | 'incident'; id: string };
/** All that is known of what went wrong; null: no more than is shown. */
export const failureQuery = (instance: string, { kind, id }: FailureSource) =>
  queryOptions({
    queryKey: ['instance', instance, 'failure', kind, id],
    queryFn: async () => {
      if (kind === 'incident')
        return (await take(api.GET('/api/v1/incidents/{id}', { params: { path: { id } } }))).details;
      const params = { path: path(instance), query: { id } };
      const { items } =
        kind === 'job'
          ? await take(api.GET('/api/v1/process-instances/{id}/jobs', { params }))
          : await take(api.GET('/api/v1/process-instances/{id}/external-tasks', { params }));
      return items[0]?.errorDetails ?? null;
    },
  });

/** What goes on as what in another version, as the engine proposes it; in the newest one when none is named. */
export const proposalQuery = (id: string, to: string | null) =>
  queryOptions({
    queryKey: ['instance', id, 'migration', to],
    queryFn: () =>
      take(
        api.GET('/api/v1/process-instances/{id}/migration', {
          params: { path: path(id), query: { to: to ?? undefined } },
        }),
      ),
    gcTime: 0,
  });
/** Versions of a process, the newest first. */
export const versionsQuery = (key: string) =>
  queryOptions({
    queryKey: ['process-definitions', 'versions', key],
    queryFn: async () =>
      (await take(api.GET('/api/v1/process-definitions', { params: { query: { key, limit: 200 } } }))).items,
  });
