/**
 * The names the portal uses for what the server says. The shapes come from `generated.ts` (`npm run api`), so a changed contract does not compile;
 * what the description leaves open is said here, once, with the reason.
 */
import type { components, paths } from './generated';

type Schemas = components['schemas'];
type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total: number | null;
}
/** Whoever is named only, by a page itself for instance, has no issuer. */
type Named<T extends { id: string; name: string }> = Pick<T, 'id' | 'name'> & Partial<Omit<T, 'onBehalfOf'>>;
/** A machine says for whom it did something; people, and those a page names itself, act for themselves. */
export type Person = Named<Schemas['Person']> & { onBehalfOf?: Named<Schemas['Represented']> | null };
export type User = Schemas['UserSummary'];
export type Me = Schemas['Me'];
export type Account = Schemas['Account'];
export type AccessExplanation = Schemas['AccessExplanation'];
export type AccessQuestion = Schemas['AccessQuestion'];
export type AccessReason = Schemas['AccessReason'];
export type DeadLetter = Schemas['DeadLetterBody'];
export type Mailbox = Schemas['MailboxBody'];
export type MailboxAccount = Schemas['MailboxAccount'];
export type FactorOffer = Schemas['FactorOffer'];
export type SignInSession = Schemas['SessionEntry'];
export type NotificationChannel = Schemas['NotificationChannel'];
export type ClientConfig = Schemas['ClientConfig'];
export type Group = Schemas['GroupSummary'];

/** One broken place: a JSON pointer in a request, or an element with its line in a deployed file. Which one depends on what was refused. */
export type ProblemDetail = Partial<Omit<Schemas['Violation'], 'code'>> &
  Partial<Omit<Schemas['ModelFinding'], 'code'>> & { code: string };
export type Problem = Partial<Omit<Schemas['Problem'], 'errors' | 'status' | 'code'>> & {
  status: number;
  code: string;
  errors?: ProblemDetail[];
};

export type CaseDefinition = Omit<Schemas['CaseDefinition'], 'fields' | 'sections'> & {
  fields: CaseField[];
  sections?: CaseSection[];
};
/** The server leaves out what is not said of a field. */
export type CaseField = Pick<Schemas['FieldDefinition'], 'key' | 'label' | 'type' | 'required'> &
  Partial<Omit<Schemas['FieldDefinition'], 'columns'>> & { columns?: CaseColumn[] };
export type CaseColumn = Pick<Schemas['Column'], 'key' | 'label'> & Partial<Schemas['Column']>;
export type CaseSection = Pick<Schemas['Section'], 'title' | 'fields'> & Partial<Schemas['Section']>;
export type FieldState = Schemas['FieldStateBody'];
export type CaseProcessRef = Schemas['ProcessReference'];
export type CaseProcess = Schemas['ProcessBody'];
export type Sla = Schemas['SlaBody'];
export type SlaState = Schemas['SlaState'];
/** A promise as a case type makes it; what it does not say the server leaves out. */
export type SlaPolicy = Pick<Schemas['SlaPolicy'], 'id' | 'name' | 'target'> & Partial<Schemas['SlaPolicy']>;
export type StatusKind = Schemas['StatusKind'];
export type Case = Omit<Schemas['CaseBody'], 'assignee'> & { assignee: Person | null };
/** A stage as lists and menus need it; what it does not say the server leaves out. */
export type CaseStage = Pick<Schemas['Stage'], 'id' | 'name'> & Partial<Schemas['Stage']>;
export type CaseStages = Schemas['CaseStages'];
export type Lack = Schemas['LackBody'];
export type DefinitionDiff = Schemas['DefinitionDiff'];
export type CasePatch = Omit<Schemas['PatchCase'], 'fields' | 'problem' | 'labels'> & {
  fields?: Record<string, unknown>;
  labels?: string[];
};
export type NewCase = Schemas['CreateCase'];
export type CaseQuery = Query<'/api/v1/cases'>;
export type CaseStatistics = Schemas['CaseStatistics'];
export type GroupCounts = Schemas['GroupCounts'];
export type GroupCount = Schemas['GroupCount'];
export type DayCount = Schemas['DayCount'];
export type SearchQuery = Query<'/api/v1/search'>;
export type SearchHit = Schemas['SearchHit'];
export type CaseLink = Schemas['LinkBody'];
export type AdHocTask = Schemas['AdHocTask'];
export type Tick = Schemas['Tick'];
export type MergePreview = Schemas['MergePreview'];
export type SplitCase = Schemas['SplitCase'];
export type Duplicate = Schemas['Duplicate'];
export type LinkKind = Schemas['LinkKind'];
export type CaseParty = Schemas['PartyBody'];
export type RecordType = Omit<Schemas['RecordTypeBody'], 'fields'> & { fields: CaseField[] };
export type RecordItem = Schemas['RecordItem'];
export type RecordBody = Omit<Schemas['RecordBody'], 'fields'> & { fields: Record<string, unknown> };
export type RecordQuery = Pick<NonNullable<Query<'/api/v1/records'>>, 'type' | 'search' | 'sort'>;
export type CaseBatch = Schemas['BatchBody'];
export type BatchChange = Schemas['BatchChange'];
export type BatchRequest = Schemas['BatchRequest'];
export type SkippedCase = Schemas['SkippedCase'];
export type SavedView = Schemas['SavedViewBody'];
export type SaveView = Schemas['SaveView'];
export type ViewAudience = Schemas['Audience'];
export type ViewChoices = Schemas['Choices'];
export type TimelineItem = Schemas['TimelineItem'];
export type CaseDocument = Schemas['CaseDocument'];
export type Comment = Schemas['CommentBody'];

export type Task = Schemas['TaskBody'];
export type TaskDetail = Schemas['TaskDetail'];
/** An error or an escalation that is caught around a task. */
export type TaskCatch = Schemas['CatchBody'];
export type TaskForm = Schemas['TaskForm'];
export type AdHocSubprocess = Schemas['AdHocBody'];
export type TaskQuery = Query<'/api/v1/tasks'>;
export type Queue = Schemas['QueueBody'];
export type DefineQueue = Schemas['DefineQueue'];
export type Skill = Schemas['Skill'];
/** What is not said of a rule the server leaves out. */
export type RuleTrigger =
  | string
  | Pick<Schemas['AfterTrigger'], 'after' | 'since'>
  | (Pick<Schemas['DailyTrigger'], 'daily'> & Partial<Schemas['DailyTrigger']>);
export type RuleAction = Schemas['Action'];
export type Rule = Pick<Schemas['Rule'], 'id' | 'then'> & Partial<Omit<Schemas['Rule'], 'on'>> & { on: RuleTrigger };
export type RuleRun = Schemas['RuleRunBody'];
/** A rule as somebody writes it: the server says what is wrong with it. */
export type RuleDraft = Schemas['TryRule']['rule'];
export type TriedRule = Schemas['TriedRule'];
export type RoutingMoment = Schemas['RoutingMoment'];
export type RoutingRule = Schemas['RoutingRule'];
export type RoutingTable = Schemas['RoutingTable'];
export type RoutingTarget = Schemas['Target'];
export type RoutingOutcome = Schemas['RoutingOutcome'];
export type NextWork = Schemas['NextWork'];
export type Calendar = Schemas['CalendarBody'];
export type CalendarContent = Schemas['CalendarContent'];
export type Availability = Schemas['AvailabilityBody'];
export type Absence = Schemas['Absence'];

export type FileUpload = Schemas['AnnouncedBody'];
export type StoredFile = Schemas['FileBody'];

export type MailAddress = Schemas['Correspondent'];
export type MailAttachment = Schemas['Attachment'];
export type MailDelivery = Schemas['MailDelivery'];
export type Mail = Schemas['MailBody'];
export type MailState = Schemas['MailState'];
export type NewMail = Schemas['SendMail'];
export type MailTemplate = Schemas['MailTemplateBody'];
export type MailDraft = Schemas['MailDraftBody'];
export type MailTemplateSummary = Schemas['MailTemplateSummary'];
export type MailText = Schemas['MailText'];
export type NewMailTemplate = Schemas['SaveMailTemplate'];
export type RenderedSignature = Schemas['RenderedSignature'];
export type RenderedTemplate = Schemas['RenderedTemplate'];
export type Signature = Schemas['SignatureBody'];
export type NewSignature = Schemas['SaveSignature'];

export type NotificationDelivery = Schemas['NotificationDelivery'];
export type Notification = Schemas['NotificationBody'];
export type InboxQuery = Query<'/api/v1/notifications'>;
export type NotificationChange = Schemas['ChangeNotifications'];
export type Preferences = Schemas['Preferences'];
export type ChannelWishes = Schemas['ChannelWishes'];

export type ProcessDefinition = Schemas['ProcessDefinitionBody'];
export type ProcessActivity = Schemas['ActivityBody'];
export type ProcessInstance = Schemas['InstanceBody'];
export type ProcessInstanceSummary = Schemas['InstanceSummary'];
export type Incident = Schemas['IncidentBody'];
export type CalledInstance = Schemas['CalledBody'];
export type Deployment = Schemas['DeploymentBody'];
export type DeploymentSummary = Schemas['DeploymentSummary'];
