/**
 * The shapes of `/api/v1` as the portal uses them, written down from docs/api-v1.md.
 *
 * `npm run api` writes `generated.d.ts` from the server's OpenAPI snapshots; the compiler then holds these names against it.
 * Nothing outside this file may describe a response: a change of the contract is a change here and nowhere else.
 */
export type Instant = string;
export interface Person { id: string; name: string; email?: string | null }
export interface Page<T> { items: T[]; nextCursor: string | null; total?: number | null }
export interface Problem {
  type?: string; title?: string; status: number; code: string; detail?: string; instance?: string;
  errors?: ProblemDetail[]; currentVersion?: number;
}
/** One broken place of a request: a JSON pointer for forms, an element with its line for deployments. */
export interface ProblemDetail {
  pointer?: string; code: string; detail?: string;
  resource?: string; elementId?: string; line?: number; column?: number; help?: string; message?: string;
}

export interface Me { id: string; name: string; email: string; tenant: string; roles: string[]; groups: string[]; permissions: string[] }
export interface ClientConfig { issuer: string; clientId: string; scopes: string | string[]; productName: string; version: string }
export interface Group { id: string; name: string }

export interface CaseStage { id: string; name: string }
export type StatusKind = 'open' | 'paused' | 'closed';
export interface CaseStatus { id: string; name: string; kind: StatusKind }
export interface CaseField { key: string; label: string; type: string; required?: boolean; options?: (string | { value: string; label: string })[] }
export interface CaseProcessRef { key: string; name: string; start: 'on-create' | 'manual' | string; stage?: string | null }
export interface CaseDefinition {
  key: string; name: string; description?: string | null; version: number; stages: CaseStage[]; statuses: CaseStatus[]; fields: CaseField[];
  createForm?: string | null; stageForms?: Record<string, string>; processes: CaseProcessRef[]; queues: string[]; defaultQueue?: string | null;
}

export type SlaState = 'running' | 'paused' | 'atRisk' | 'breached' | 'met' | 'missed';
export interface Sla { id: string; name: string; state: SlaState; dueAt: Instant | null; remainingSeconds: number | null }
/** `id` is null while the process is being started. */
export interface CaseProcess { id: string | null; definitionKey: string; name: string; state: string }
export interface Case {
  id: string; number: string; version: number; definition: string; definitionName: string; title: string; stage: string; stageName: string;
  status: string; statusName: string; statusKind: StatusKind; queue: string | null; assignee: Person | null;
  requester: { name?: string | null; email?: string | null } | null; priority: number; fields: Record<string, unknown>; labels: string[];
  createdAt: Instant; createdBy: Person | null; updatedAt: Instant; closedAt: Instant | null; dueAt: Instant | null; slas: Sla[];
  openTaskCount: number; unreadMailCount: number; problem: string | { step?: string; reason?: string } | null; processInstances: CaseProcess[];
}
export interface CasePatch {
  title?: string; fields?: Record<string, unknown>; priority?: number; assignee?: string | null; queue?: string | null;
  status?: string; stage?: string; dueAt?: Instant | null; labels?: string[];
}
export interface NewCase { definition: string; title: string; fields: Record<string, unknown>; priority?: number; origin?: { kind: 'portal'; reference?: string } }
export interface TimelineItem { id: string; at: Instant; actor: Person | null; kind: string; summary: string; data?: Record<string, unknown> }
export interface CaseDocument {
  id: string; fileId: string; name: string; contentType?: string; size?: number; addedAt?: Instant; addedBy?: Person | null; source?: string;
}

export interface Task {
  id: string; name: string; processInstanceId: string; processDefinitionId: string; processDefinitionKey: string; taskDefinitionKey: string;
  assignee: Person | string | null; candidateGroups: string[]; createdAt: Instant; dueAt: Instant | null; followUpAt: Instant | null; priority: number;
  caseId: string | null; caseNumber: string | null; caseTitle: string | null; formKey: string | null; version?: number; description?: string | null;
}
export interface TaskForm { form: Record<string, unknown> | null; data: Record<string, unknown> }
export interface FormDefinition { key: string; name?: string; version?: number; schema?: Record<string, unknown>; form?: Record<string, unknown> }
export interface Queue { id: string; name: string; description?: string | null; members: { users: string[]; groups: string[] }; openCount: number }

export interface FileUpload { id: string; upload: { method: string; url: string; headers: Record<string, string>; expiresAt: Instant } }
export interface StoredFile { id: string; name: string; contentType: string; size: number; sha256?: string; state: string; reason?: string | null }

export interface MailAddress { name?: string | null; address: string }
export interface MailAttachment { id: string; fileId: string; name: string; contentType: string; size: number; inline?: boolean; contentId?: string | null }
export interface MailDelivery { to: string; state: string; at: Instant | null; answer?: string | null }
export interface Mail {
  id: string; direction: 'in' | 'out'; messageId?: string; inReplyTo?: string | null; references?: string[]; from: MailAddress; to: MailAddress[]; cc: MailAddress[];
  subject: string; sentAt: Instant | null; receivedAt: Instant | null; text: string | null; html: string | null; attachments: MailAttachment[];
  caseId: string | null; state: string; problem: string | null; deliveries: MailDelivery[];
}
export interface NewMail { to: string[]; cc?: string[]; subject: string; text: string; html?: string; inReplyTo?: string; attachments: string[] }

export interface NotificationDelivery { channel: string; state: 'queued' | 'sent' | 'failed' | 'suppressed' | string; at: Instant | null; answer?: string | null }
export interface Notification {
  id: string; kind: string; title: string; body: string | null; link: string | null; caseId: string | null;
  createdAt: Instant; readAt: Instant | null; deliveries: NotificationDelivery[];
}

export interface ProcessDefinition {
  id: string; key: string; name: string | null; version: number; versionTag: string | null; deploymentId: string | null;
  deployedAt: Instant | null; deployedBy: Person | string | null; runningInstances: number; incidents: number;
}
export interface ProcessActivity { elementId: string; state: 'active' | 'completed' | 'canceled' | 'incident'; count: number }
export interface Incident {
  id: string; message?: string | null; type?: string; elementId?: string | null; activityId?: string | null; elementName?: string | null; createdAt?: Instant | null;
  processInstanceId?: string | null; processDefinitionId?: string | null; definitionKey?: string | null; definitionName?: string | null; businessKey?: string | null; retries?: number | null;
}
export interface ProcessInstanceSummary {
  id: string; definitionId: string; definitionKey: string; definitionName: string | null; version: number; state: string;
  businessKey: string | null; startedAt: Instant; endedAt: Instant | null; incidents?: Incident[] | number;
}
export interface CalledInstance { id: string; definitionKey?: string; definitionName?: string | null; name?: string | null; state?: string; elementId?: string | null }
export interface ProcessInstance extends Omit<ProcessInstanceSummary, 'incidents'> {
  activities: ProcessActivity[]; flows: string[]; variables: { name: string; type: string; value: unknown }[]; incidents: Incident[]; calledInstances: CalledInstance[];
}
export interface Deployment { id: string; name: string; definitions: { id: string; key: string; name?: string | null; version?: number }[]; warnings?: ProblemDetail[] }
