//! A case as its facts add up to. `apply` is the only writer, and never refuses.

use super::fact::{CaseDocument, CaseEvent, CaseProblem, CaseProcess, Fact, TaskFact};
use crate::definition::model::{Stage, Status, StatusKind};
use crate::person::{Origin, OriginKind, Person, Requester};
use crate::sla::SlaClock;
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use casewright_service::instant::Instant;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Case {
    pub id: String,
    /// Empty: there is no such case.
    pub number: String,
    pub definition: String,
    pub definition_name: String,
    pub definition_version: u32,
    pub title: String,
    pub stage: Stage,
    pub status: Status,
    pub queue: Option<String>,
    pub assignee: Option<Person>,
    pub requester: Option<Requester>,
    pub origin: Origin,
    pub priority: i32,
    pub fields: Map<String, Value>,
    pub labels: BTreeSet<String>,
    /// Groups that may see it; none: everybody who works with cases.
    pub restricted_to: Option<Vec<String>>,
    pub created_at: Timestamp,
    pub created_by: Person,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// Why it was closed, if somebody said so.
    #[serde(default)]
    pub close_reason: Option<String>,
    pub due_at: Option<Instant>,
    pub clocks: Vec<SlaClock>,
    pub comments: BTreeMap<String, Comment>,
    pub documents: Vec<CaseDocument>,
    pub mails: BTreeSet<String>,
    pub unread_mails: BTreeSet<String>,
    /// Open user tasks by id.
    pub tasks: BTreeMap<String, TaskFact>,
    pub processes: Vec<CaseProcess>,
    pub problem: Option<CaseProblem>,
    /// Per root process instance: the last entry of the engine's log that was observed.
    pub observed: BTreeMap<String, u64>,
    /// The last entry of this case that was answered with a rule.
    pub ruled: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    pub body: String,
    pub author: Person,
    /// None: as it was written.
    pub edited_at: Option<Timestamp>,
    pub is_deleted: bool,
}

impl Aggregate for Case {
    type Event = CaseEvent;
    const KIND: &'static str = "case";

    fn empty(key: &AggregateKey) -> Self {
        Self {
            id: key.id.to_string(),
            number: String::new(),
            definition: String::new(),
            definition_name: String::new(),
            definition_version: 0,
            title: String::new(),
            stage: Stage { id: String::new(), name: String::new(), required: Vec::new() },
            status: Status { id: String::new(), name: String::new(), kind: StatusKind::Open },
            queue: None,
            assignee: None,
            requester: None,
            origin: Origin { kind: OriginKind::Api, reference: None },
            priority: 0,
            fields: Map::new(),
            labels: BTreeSet::new(),
            restricted_to: None,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: Person::new("", ""),
            updated_at: Timestamp::UNIX_EPOCH,
            closed_at: None,
            close_reason: None,
            due_at: None,
            clocks: Vec::new(),
            comments: BTreeMap::new(),
            documents: Vec::new(),
            mails: BTreeSet::new(),
            unread_mails: BTreeSet::new(),
            tasks: BTreeMap::new(),
            processes: Vec::new(),
            problem: None,
            observed: BTreeMap::new(),
            ruled: 0,
        }
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        self.fold(event, meta.at);
    }

    fn event_name(event: &Self::Event) -> &'static str {
        event.fact.name()
    }
}

impl Case {
    #[must_use]
    pub fn exists(&self) -> bool {
        !self.number.is_empty()
    }

    /// When a clock wants to be looked at next.
    #[must_use]
    pub fn next_sla_at(clocks: &[SlaClock]) -> Option<Timestamp> {
        clocks.iter().filter_map(SlaClock::next_at).min()
    }

    pub(crate) fn fold(&mut self, event: &CaseEvent, at: Timestamp) {
        // That somebody looked at its mail does not make a case newer.
        if !matches!(event.fact, Fact::MailsRead { .. }) {
            self.updated_at = at;
        }
        if let Some(source) = event.fact.source() {
            self.observed.insert(source.instance.clone(), source.seq);
        }
        match &event.fact {
            Fact::CaseCreated {
                number,
                definition,
                definition_name,
                definition_version,
                title,
                stage,
                status,
                queue,
                assignee,
                requester,
                priority,
                fields,
                origin,
                restricted_to,
            } => {
                self.restricted_to = restricted_to.clone();
                self.number = number.clone();
                self.definition = definition.clone();
                self.definition_name = definition_name.clone();
                self.definition_version = *definition_version;
                self.title = title.clone();
                self.stage = stage.clone();
                self.status = status.clone();
                self.queue = queue.clone();
                self.assignee = assignee.clone();
                self.requester = requester.clone();
                self.priority = *priority;
                self.fields = fields.clone();
                self.origin = origin.clone();
                self.created_at = at;
                self.created_by = event.by.clone();
            }
            Fact::TitleChanged { after, .. } => self.title = after.clone(),
            Fact::FieldChanged { fields, .. } => self.fields = fields.clone(),
            Fact::PriorityChanged { after, .. } => self.priority = *after,
            Fact::DueDateChanged { after, .. } => self.due_at = *after,
            Fact::LabelsChanged { labels, .. } => self.labels = labels.iter().cloned().collect(),
            Fact::StageChanged { to, .. } => self.stage = to.clone(),
            Fact::RequesterChanged { after, .. } => self.requester = after.clone(),
            Fact::StatusChanged { to, reason, .. } => {
                let is_closed = to.kind == StatusKind::Closed;
                self.closed_at = is_closed.then_some(at);
                self.close_reason = reason.clone().filter(|_| is_closed);
                self.status = to.clone();
            }
            Fact::QueueChanged { to, .. } => self.queue = to.clone(),
            Fact::Assigned { to, .. } => self.assignee = to.clone(),
            Fact::CommentAdded { comment_id, body, .. } => {
                let comment =
                    Comment { body: body.clone(), author: event.by.clone(), edited_at: None, is_deleted: false };
                self.comments.insert(comment_id.clone(), comment);
            }
            Fact::CommentEdited { comment_id, body, .. } => {
                if let Some(comment) = self.comments.get_mut(comment_id) {
                    comment.body = body.clone();
                    comment.edited_at = Some(at);
                }
            }
            Fact::CommentDeleted { comment_id } => {
                if let Some(comment) = self.comments.get_mut(comment_id) {
                    comment.body.clear();
                    comment.is_deleted = true;
                }
            }
            Fact::DocumentAdded { document } => self.documents.push(document.clone()),
            Fact::DocumentRemoved { document_id, .. } => self.documents.retain(|d| d.id != *document_id),
            Fact::MailReceived { mail_id, .. } => {
                self.mails.insert(mail_id.clone());
                self.unread_mails.insert(mail_id.clone());
            }
            Fact::MailSent { mail_id, .. } => {
                self.mails.insert(mail_id.clone());
            }
            Fact::MailUnlinked { mail_id, .. } => {
                self.mails.remove(mail_id);
                self.unread_mails.remove(mail_id);
            }
            Fact::MailsRead { .. } => self.unread_mails.clear(),
            Fact::TaskCreated { task, .. } | Fact::TaskClaimed { task, .. } | Fact::TaskUnclaimed { task, .. } => {
                self.tasks.insert(task.task_id.clone(), task.clone());
            }
            Fact::TaskCompleted { task, .. } | Fact::TaskCancelled { task, .. } => {
                self.tasks.remove(&task.task_id);
            }
            Fact::ProcessRequested { processes, .. }
            | Fact::ProcessStarted { processes, .. }
            | Fact::ProcessEnded { processes, .. }
            | Fact::OpenWorkCancelled { processes, .. } => self.processes = processes.clone(),
            Fact::StepFailed { problem, .. } | Fact::Compensated { problem, .. } => {
                self.problem = Some(problem.clone())
            }
            Fact::StepRepaired { step, .. } => {
                if self.problem.as_ref().is_some_and(|problem| problem.step == *step) {
                    self.problem = None;
                }
            }
            Fact::ProblemCleared {} => self.problem = None,
            Fact::SlaStarted { clocks, .. }
            | Fact::SlaPaused { clocks, .. }
            | Fact::SlaResumed { clocks, .. }
            | Fact::SlaAtRisk { clocks, .. }
            | Fact::SlaBreached { clocks, .. }
            | Fact::SlaMet { clocks, .. }
            | Fact::SlaMissed { clocks, .. } => self.clocks = clocks.clone(),
            Fact::RuleApplied { trigger, .. } => self.ruled = self.ruled.max(*trigger),
            Fact::Notified { .. } => {}
        }
    }
}
