/**
 * The operations of `/api/v1` in the form openapi-fetch reads, so that a wrong path, parameter or body does not compile.
 * Swap for the generated `paths` once the server's snapshots carry every operation.
 */
import type * as S from './schema';

type Body<B> = [B] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': B } } };
interface Answer<R> { responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': R } } } }
type Op<R, Q = never, P = never, B = never, H = never> = Answer<R> & Body<B> & { parameters: { query?: Q; path: P; header?: H } };
type OpWithoutPath<R, Q = never, B = never, H = never> = Answer<R> & Body<B> & { parameters: { query?: Q; header?: H } };
type Id = { id: string };
type Paging = { limit?: number; cursor?: string; total?: boolean };
type IfMatch = { 'If-Match'?: string };
type Idempotent = { 'Idempotency-Key'?: string };

export type CaseQuery = Paging & { definition?: string; stage?: string; status?: string; queue?: string; assignee?: string; search?: string; sort?: string };
export type TaskQuery = Paging & { assignee?: string; candidate?: string; case?: string; definition?: string; search?: string; sort?: string };

export interface paths {
  '/api/v1/me': { get: OpWithoutPath<S.Me> };
  '/api/v1/users': { get: OpWithoutPath<S.Page<S.Person>, { search?: string; limit?: number }> };
  '/api/v1/groups': { get: OpWithoutPath<S.Page<S.Group>> };
  '/api/v1/case-definitions': { get: OpWithoutPath<S.Page<S.CaseDefinition>, Paging> };
  '/api/v1/cases': { get: OpWithoutPath<S.Page<S.Case>, CaseQuery>; post: OpWithoutPath<S.Case, never, S.NewCase, Idempotent> };
  '/api/v1/cases/{id}': { get: Op<S.Case, never, Id>; patch: Op<S.Case, never, Id, S.CasePatch, IfMatch> };
  '/api/v1/cases/{id}/comments': { post: Op<S.TimelineItem, never, Id, { body: string; mentions: string[] }> };
  '/api/v1/cases/{id}/comments/{commentId}': {
    patch: Op<S.TimelineItem, never, Id & { commentId: string }, { body: string }>;
    delete: Op<void, never, Id & { commentId: string }>;
  };
  '/api/v1/cases/{id}/timeline': { get: Op<S.Page<S.TimelineItem>, Paging & { kinds?: string }, Id> };
  '/api/v1/cases/{id}/processes': { post: Op<S.CaseProcess, never, Id, { key: string; variables: Record<string, unknown> }> };
  '/api/v1/cases/{id}/documents': {
    get: Op<S.Page<S.CaseDocument>, Paging, Id>; post: Op<S.CaseDocument, never, Id, { fileId: string; name: string }>;
  };
  '/api/v1/cases/{id}/documents/{documentId}': { delete: Op<void, never, Id & { documentId: string }> };
  '/api/v1/cases/{id}/mails': { get: Op<S.Page<S.Mail>, Paging, Id>; post: Op<S.Mail, never, Id, S.NewMail> };
  '/api/v1/tasks': { get: OpWithoutPath<S.Page<S.Task>, TaskQuery> };
  '/api/v1/tasks/{id}': { get: Op<S.Task, never, Id> };
  '/api/v1/tasks/{id}/claim': { post: Op<S.Task, never, Id> };
  '/api/v1/tasks/{id}/unclaim': { post: Op<S.Task, never, Id> };
  '/api/v1/tasks/{id}/assign': { post: Op<S.Task, never, Id, { assignee: string }> };
  '/api/v1/tasks/{id}/form': { get: Op<S.TaskForm, never, Id> };
  '/api/v1/tasks/{id}/complete': { post: Op<void, never, Id, { data: Record<string, unknown> }> };
  '/api/v1/forms/{key}': { get: Op<S.FormDefinition, never, { key: string }> };
  '/api/v1/queues': { get: OpWithoutPath<S.Page<S.Queue>, Paging> };
  '/api/v1/queues/{id}/next': { post: Op<S.Case, never, Id> };
  '/api/v1/files': { post: OpWithoutPath<S.FileUpload, never, { name: string; contentType: string; size: number }> };
  '/api/v1/files/{id}': { get: Op<S.StoredFile, never, Id> };
  '/api/v1/files/{id}/complete': { post: Op<S.StoredFile, never, Id> };
  '/api/v1/files/{id}/download': { get: Op<{ url: string; expiresAt: S.Instant }, { disposition: 'inline' | 'attachment' }, Id> };
  '/api/v1/mails': { get: OpWithoutPath<S.Page<S.Mail>, Paging & { state?: string; case?: string }> };
  '/api/v1/mails/{id}': { get: Op<S.Mail, never, Id> };
  '/api/v1/mails/{id}/reprocess': { post: Op<S.Mail, never, Id> };
  '/api/v1/notifications': { get: OpWithoutPath<S.Page<S.Notification>, Paging & { state?: 'unread' | 'all' }> };
  '/api/v1/notifications/count': { get: OpWithoutPath<{ unread?: number; count?: number }> };
  '/api/v1/notifications/{id}/read': { post: Op<void, never, Id> };
  '/api/v1/notifications/read-all': { post: OpWithoutPath<void> };
  '/api/v1/process-definitions': { get: OpWithoutPath<S.Page<S.ProcessDefinition>, Paging & { latest?: boolean; key?: string }> };
  '/api/v1/process-definitions/{id}/xml': { get: Op<unknown, never, Id> };
  '/api/v1/process-instances': { get: OpWithoutPath<S.Page<S.ProcessInstanceSummary>, Paging & { definitionKey?: string; state?: string; businessKey?: string }> };
  '/api/v1/process-instances/{id}': { get: Op<S.ProcessInstance, never, Id> };
  '/api/v1/process-instances/{id}/xml': { get: Op<unknown, never, Id> };
  '/api/v1/incidents': { get: OpWithoutPath<S.Page<S.Incident>, Paging & { processInstanceId?: string }> };
  '/api/v1/incidents/{id}/retry': { post: Op<void, never, Id> };
}
