/** What is being written to others: drafts and signatures. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';

/** One's own draft for a case, and the shared one. */
export const mailDraftsQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'mail-drafts'],
    queryFn: async () => (await take(api.GET('/api/v1/cases/{id}/mail-drafts', { params: { path: { id } } }))).items,
  });

/** Signatures for a mail of a case, the most fitting first. */
export const caseSignaturesQuery = (id: string, mailbox: string | undefined) =>
  queryOptions({
    queryKey: ['signatures', 'case', id, mailbox ?? ''],
    queryFn: async () =>
      (await take(api.GET('/api/v1/cases/{id}/signatures', { params: { path: { id }, query: { mailbox } } }))).items,
    staleTime: 60_000,
  });

/** Those that one sees, by name. */
export const signaturesQuery = queryOptions({
  queryKey: ['signatures', 'all'],
  queryFn: async () => (await take(api.GET('/api/v1/signatures', { params: { query: { limit: 200 } } }))).items,
});

/** Comments of a case, the newest first: notes on mails are among them. */
export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id, 'notes'],
    queryFn: async () => {
      const query = { kinds: 'comment-added', limit: 200 };
      return (await take(api.GET('/api/v1/cases/{id}/timeline', { params: { path: { id }, query } }))).items;
    },
  });
