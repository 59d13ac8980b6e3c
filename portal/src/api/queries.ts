/** Every read of the portal: keys and functions side by side, so that live updates can invalidate by the first part of a key. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ApiError, fetchXml, take, takenFrom } from './client';
import type { Case, CaseQuery, InboxQuery, Mail, Page, SearchQuery, TaskQuery, TimelineItem } from './schema';

const CASE_NUMBER = /^[A-Za-z]+-\d+$/;
const PAGE = 100;
/** How many cases a page of a list has. */
export const LIST_PAGE = PAGE;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => take(api.GET('/api/v1/me')),
  staleTime: 5 * 60_000,
});
export const definitionsQuery = queryOptions({
  queryKey: ['case-definitions'],
  queryFn: async () => (await take(api.GET('/api/v1/case-definitions', { params: { query: { limit: 200 } } }))).items,
  staleTime: 60_000,
});
/** All versions of a definition, the newest first. */
export const definitionVersionsQuery = (key: string) =>
  queryOptions({
    queryKey: ['case-definitions', key, 'versions'],
    queryFn: async () =>
      (await take(api.GET('/api/v1/case-definitions/{key}/versions', { params: { path: { key } } }))).items,
  });
export const definitionDiffQuery = (key: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['case-definitions', key, 'diff', from, to],
    queryFn: () =>
      take(api.GET('/api/v1/case-definitions/{key}/diff', { params: { path: { key }, query: { from, to } } })),
  });
export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  queryFn: async () => (await take(api.GET('/api/v1/queues', { params: { query: { limit: 200 } } }))).items,
  staleTime: 30_000,
});
/** The same answer as `queuesQuery`, for those who show its counts: names are not fetched again whenever some case changes. */
export const queueCountsQuery = queryOptions({
  queryKey: ['queue-counts'],
  queryFn: async () => (await take(api.GET('/api/v1/queues', { params: { query: { limit: 200 } } }))).items,
});
/** What one would get next, and why; null: nothing waits in one's queues. It changes as the counts of the queues do. */
export const nextWorkQuery = queryOptions({
  queryKey: ['queue-counts', 'next-work'],
  queryFn: () => takenFrom(api.GET('/api/v1/next-work')),
});
/** Those in whose place one stands. */
export const standsInQuery = queryOptions({
  queryKey: ['availability', 'stands-in'],
  queryFn: async () => (await take(api.GET('/api/v1/people/me/stands-in-for'))).items,
  staleTime: 60_000,
});
export const availabilityQuery = (person: string) =>
  queryOptions({
    queryKey: ['availability', person],
    queryFn: () => take(api.GET('/api/v1/people/{id}/availability', { params: { path: { id: person } } })),
  });
export const calendarsQuery = queryOptions({
  queryKey: ['calendars'],
  queryFn: async () => (await take(api.GET('/api/v1/calendars', { params: { query: { limit: 200 } } }))).items,
  staleTime: 30_000,
});
/** Those to whom a case or a task can be given. */
export const assigneesQuery = (kind: 'cases' | 'tasks', id: string, search: string) =>
  queryOptions({
    queryKey: ['assignees', kind, id, search],
    staleTime: 30_000,
    queryFn: async () => {
      const params = { path: { id }, query: { search: search === '' ? undefined : search } };
      return (
        await take(
          kind === 'cases'
            ? api.GET('/api/v1/cases/{id}/assignees', { params })
            : api.GET('/api/v1/tasks/{id}/assignees', { params }),
        )
      ).items;
    },
  });
export const usersQuery = (search: string) =>
  queryOptions({
    queryKey: ['users', search],
    queryFn: async () =>
      (await take(api.GET('/api/v1/users', { params: { query: { search: search === '' ? undefined : search } } })))
        .items,
    staleTime: 60_000,
  });
export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: async () => (await take(api.GET('/api/v1/groups'))).items,
  staleTime: 60_000,
});

/** The first few of a list together with the number of all: what a panel shows and counts is one answer. */
export const countedCasesQuery = (query: CaseQuery, limit: number) => casesQuery({ ...query, limit, total: true });
export const countedTasksQuery = (query: TaskQuery, limit: number) => tasksQuery({ ...query, limit, total: true });

/** How many cases a list has, by what they have in common; and what came and went in the last days, as days are where the reader is. */
export const caseStatisticsQuery = (query: CaseQuery, by: readonly string[], days = 0) =>
  queryOptions({
    queryKey: ['statistics', 'cases', query, by, days],
    queryFn: () => {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      return take(
        api.GET('/api/v1/cases/statistics', { params: { query: { ...query, by: by.join(','), days, zone } } }),
      );
    },
    // Figures are looked at, not worked with: they follow what happens, but not each single change.
    staleTime: 10_000,
    refetchInterval: 30_000,
  });
export const taskStatisticsQuery = queryOptions({
  queryKey: ['statistics', 'tasks'],
  queryFn: () => take(api.GET('/api/v1/tasks/statistics')),
  staleTime: 10_000,
  refetchInterval: 30_000,
});

export const casesQuery = (query: CaseQuery) =>
  queryOptions({
    queryKey: ['cases', 'page', query],
    queryFn: () => take(api.GET('/api/v1/cases', { params: { query } })),
  });
export const casePagesQuery = (query: CaseQuery, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'pages', query, limit],
    initialPageParam: undefined as string | undefined,
    // A long list is kept up to date by `live`, not by loading all of it again whenever the window is looked at.
    refetchOnWindowFocus: false,
    queryFn: ({ pageParam }) =>
      take(api.GET('/api/v1/cases', { params: { query: { ...query, limit, total: true, cursor: pageParam } } })),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });

/** Everything that cases hold. */
export const searchPagesQuery = (query: Pick<SearchQuery, 'q' | 'kind'>) =>
  infiniteQueryOptions({
    queryKey: ['search', 'pages', query],
    initialPageParam: undefined as string | undefined,
    // Who writes a question that cannot be read is told at once.
    retry: false,
    queryFn: ({ pageParam }) =>
      take(api.GET('/api/v1/search', { params: { query: { ...query, limit: 30, cursor: pageParam } } })),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
/** How much there is of it; null: nobody can say. */
export const searchCountQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', 'count', q],
    retry: false,
    queryFn: async () => (await take(api.GET('/api/v1/search', { params: { query: { q, limit: 1 } } }))).total,
  });

/** The views that a person sees, their own and those that are shared with them, by name. */
export const savedViewsQuery = queryOptions({
  queryKey: ['saved-views', 'all'],
  queryFn: async () => (await take(api.GET('/api/v1/saved-views', { params: { query: { limit: 200 } } }))).items,
  staleTime: 60_000,
});
/** Those that are pinned, in their order, with the number of cases in each. */
export const pinnedViewsQuery = queryOptions({
  queryKey: ['view-counts'],
  queryFn: async () =>
    (await take(api.GET('/api/v1/saved-views', { params: { query: { pinned: true, counts: true } } }))).items,
});
export const viewChoicesQuery = queryOptions({
  queryKey: ['saved-views', 'choices'],
  queryFn: () => take(api.GET('/api/v1/saved-view-choices')),
  staleTime: 60_000,
});

/** Under the key of the case: what happens to it, or to whom it is linked with, has them fetched again. */
export const linksQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'links'],
    queryFn: async () => (await take(api.GET('/api/v1/cases/{id}/links', { params: { path: { id } } }))).items,
  });

/** The case that a process with this business key belongs to; null when it is no case's. */
export const caseOfKeyQuery = (key: string) =>
  queryOptions({
    queryKey: ['cases', 'of-key', key],
    staleTime: 60_000,
    queryFn: async () =>
      (await take(api.GET('/api/v1/cases', { params: { query: { number: key, limit: 1 } } }))).items[0] ?? null,
  });

/** A case by id or by number; a server that only knows ids is asked through the list. */
export async function fetchCase(ref: string): Promise<Case> {
  try {
    return await take(api.GET('/api/v1/cases/{id}', { params: { path: { id: ref } } }));
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 404].includes(error.status) || !CASE_NUMBER.test(ref)) throw error;
    const found = await take(api.GET('/api/v1/cases', { params: { query: { search: ref, limit: 10 } } }));
    const hit = found.items.find((item) => item.number.toLowerCase() === ref.toLowerCase());
    if (hit === undefined) throw error;
    return hit;
  }
}
export const caseQuery = (ref: string) =>
  queryOptions({ queryKey: ['case', ref, 'core'], queryFn: () => fetchCase(ref) });
/** How far a case has come, and what its next stages ask for. */
export const stagesQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'stages'],
    queryFn: () => take(api.GET('/api/v1/cases/{id}/stages', { params: { path: { id } } })),
  });
/** `kinds` are separated by commas; all when there are none. */
export const timelineQuery = (id: string, kinds?: string) =>
  infiniteQueryOptions({
    queryKey: ['case', id, 'timeline', kinds ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/cases/{id}/timeline', {
          params: { path: { id }, query: { limit: 50, cursor: pageParam, kinds } },
        }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
/** All of it, the oldest first: for paper. */
export const wholeTimelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'whole-timeline'],
    staleTime: 0,
    gcTime: 0,
    queryFn: async () => {
      const items: TimelineItem[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: 200, cursor };
        const page = await take(api.GET('/api/v1/cases/{id}/timeline', { params: { path: { id }, query } }));
        items.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return items.reverse();
    },
  });
export const caseMailsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'mails'], // case-api hands through what email-to-case answers; its description says only that it is an object.
    queryFn: async () =>
      ((await take(api.GET('/api/v1/cases/{id}/mails', { params: { path: { id } } }))) as unknown as Page<Mail>).items,
    // What becomes of a mail of ours is no event of the case: it is looked at while one is about to leave.
    refetchInterval: ({ state }) => (state.data?.some((mail) => leavesSoon(mail, Date.now())) === true ? 2_000 : false),
  });
/** It is on its way, or its time is at hand. */
function leavesSoon(mail: Mail, now: number): boolean {
  if (mail.state === 'queued') return now - Date.parse(mail.receivedAt) < 5 * 60_000;
  return mail.state === 'scheduled' && mail.sendAt !== null && Date.parse(mail.sendAt) - now < 60_000;
}
/** Templates and text modules that somebody may use for a kind of case, by name. */
export const mailTemplatesQuery = (definition?: string) =>
  queryOptions({
    queryKey: ['mail-templates', definition ?? ''],
    queryFn: async () =>
      (await take(api.GET('/api/v1/mail-templates', { params: { query: { definition, limit: 200 } } }))).items,
    staleTime: 60_000,
  });
export const mailTemplateQuery = (id: string) =>
  queryOptions({
    queryKey: ['mail-templates', 'one', id],
    queryFn: () => take(api.GET('/api/v1/mail-templates/{id}', { params: { path: { id } } })),
  });
export const caseDocumentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'documents'],
    queryFn: async () => (await take(api.GET('/api/v1/cases/{id}/documents', { params: { path: { id } } }))).items,
  });

export const tasksQuery = (query: TaskQuery) =>
  queryOptions({
    queryKey: ['tasks', 'page', query],
    queryFn: () => take(api.GET('/api/v1/tasks', { params: { query } })),
  });
export const taskPagesQuery = (query: TaskQuery) =>
  infiniteQueryOptions({
    queryKey: ['tasks', 'pages', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(api.GET('/api/v1/tasks', { params: { query: { ...query, limit: PAGE, total: true, cursor: pageParam } } })),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['tasks', id, 'core'],
    queryFn: () => take(api.GET('/api/v1/tasks/{id}', { params: { path: { id } } })),
  });
export const taskFormQuery = (id: string) =>
  queryOptions({
    // A form under someone's hands must not be replaced by a refetch.
    queryKey: ['task-form', id],
    queryFn: () => take(api.GET('/api/v1/tasks/{id}/form', { params: { path: { id } } })),
    staleTime: Infinity,
    gcTime: 0,
  });
export const formQuery = (key: string) =>
  queryOptions({
    queryKey: ['forms', key],
    queryFn: () => take(api.GET('/api/v1/forms/{key}', { params: { path: { key } } })),
    staleTime: 60_000,
  });

const INBOX_PAGE = 50;
export const notificationPagesQuery = (query: InboxQuery) =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'pages', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/notifications', {
          params: { query: { ...query, limit: INBOX_PAGE, total: true, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
/** The first few of an inbox, with the number of all. */
export const notificationsQuery = (query: InboxQuery, limit: number) =>
  queryOptions({
    queryKey: ['notifications', 'list', query, limit],
    queryFn: () => take(api.GET('/api/v1/notifications', { params: { query: { ...query, limit, total: true } } })),
  });
export const mutesQuery = queryOptions({
  queryKey: ['notifications', 'mutes'],
  queryFn: async () => (await take(api.GET('/api/v1/notification-mutes'))).cases,
});
export const notificationCountQuery = queryOptions({
  queryKey: ['notifications', 'count'],
  queryFn: async () => (await take(api.GET('/api/v1/notifications/count'))).unread,
  // What was put off comes back by itself; no event tells of it.
  refetchInterval: 60_000,
});

export const channelsQuery = queryOptions({
  queryKey: ['notification-channels'],
  queryFn: async () => (await take(api.GET('/api/v1/notification-channels'))).items,
  staleTime: Infinity,
});
export const preferencesQuery = queryOptions({
  queryKey: ['notification-preferences'],
  queryFn: () => take(api.GET('/api/v1/notification-preferences')),
});

export const processDefinitionsQuery = (latest: boolean, key?: string) =>
  queryOptions({
    queryKey: ['process-definitions', latest, key ?? null],
    queryFn: async () =>
      (await take(api.GET('/api/v1/process-definitions', { params: { query: { latest, key, limit: 200 } } }))).items,
  });
export const definitionXmlQuery = (id: string) =>
  queryOptions({
    queryKey: ['definition-xml', id],
    queryFn: () => fetchXml(`/api/v1/process-definitions/${encodeURIComponent(id)}/xml`),
    staleTime: Infinity,
  });
export const instancesQuery = (query: { definitionKey?: string; state?: string; businessKey?: string }) =>
  queryOptions({
    queryKey: ['instances', query],
    queryFn: async () =>
      (await take(api.GET('/api/v1/process-instances', { params: { query: { ...query, limit: 100 } } }))).items,
  });
export const instanceQuery = (id: string) =>
  queryOptions({
    queryKey: ['instance', id],
    queryFn: () => take(api.GET('/api/v1/process-instances/{id}', { params: { path: { id } } })),
  });
export const instanceXmlQuery = (id: string) =>
  queryOptions({
    queryKey: ['instance-xml', id],
    queryFn: () => fetchXml(`/api/v1/process-instances/${encodeURIComponent(id)}/xml`),
    staleTime: Infinity,
  });
export const incidentsQuery = queryOptions({
  queryKey: ['incidents'],
  queryFn: async () => (await take(api.GET('/api/v1/incidents', { params: { query: { limit: 200 } } }))).items,
});
/** Mails in a state; `attention`: those that somebody has to look at, whatever their state. */
export const mailsQuery = (state: string) =>
  queryOptions({
    queryKey: ['mails', state],
    queryFn: async () => {
      const which = state === 'attention' ? { attention: true } : { state };
      return (await take(api.GET('/api/v1/mails', { params: { query: { ...which, limit: 100 } } }))).items;
    },
    // There is no channel for mails that belong to no case yet.
    refetchInterval: 5_000,
  });
