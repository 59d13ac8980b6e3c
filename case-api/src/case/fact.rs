//! Everything that can be said about a case, as past-tense facts. The journal keeps them for ever: fields may be added
//! with a default, nothing may be renamed.

use crate::definition::model::{Stage, Status};
use crate::person::{Origin, Person, Requester};
use crate::sla::SlaClock;
use casewright_service::instant::Instant;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A fact with the person behind it, so that a timeline is readable from the log alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseEvent {
    pub by: Person,
    #[serde(flatten)]
    pub fact: Fact,
}

/// Where in the engine's log something was observed: root process instance and number of the entry. An observation that
/// is not newer than the last of its instance was seen before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub instance: String,
    pub seq: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    pub key: String,
    pub before: Value,
    pub after: Value,
}

/// A user task as a case sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskFact {
    pub task_id: String,
    pub name: String,
    pub task_definition_key: String,
    #[serde(default)]
    pub process_definition_key: String,
    #[serde(default)]
    pub assignee: Option<String>,
    #[serde(default)]
    pub candidate_groups: Vec<String>,
}

/// A process started for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseProcess {
    /// Of the wish, so that starting twice finds the first; empty for a process somebody else started.
    pub start_id: String,
    /// Process instance id; none while it is being started.
    pub id: Option<String>,
    pub definition_key: String,
    pub name: String,
    pub state: CaseProcessState,
    /// Who closed the case and said that its open work ends with it; whatever starts of it yet is cancelled for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<Person>,
}

/// A process that ends because its case was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelledProcess {
    /// Process instance id; none when it was not started yet.
    pub id: Option<String>,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CaseProcessState {
    Starting,
    Active,
    Completed,
    /// Ended from outside: deleted or cancelled.
    Terminated,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseDocument {
    pub id: String,
    pub file_id: String,
    pub name: String,
    #[serde(default)]
    pub content_type: Option<String>,
    /// Bytes.
    #[serde(default)]
    pub size: Option<u64>,
    pub added_at: Instant,
    pub added_by: Person,
}

/// What went wrong with the work on a case, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseProblem {
    /// The step that failed; or, when `undone`, one that was undone because a later one failed, of which nobody said which.
    pub step: String,
    pub reason: String,
    pub at: Instant,
    #[serde(default)]
    pub undone: bool,
    /// Steps before it that were undone because it failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone_steps: Vec<String>,
}

impl CaseProblem {
    /// A step that failed.
    #[must_use]
    pub(crate) fn failed(step: &str, reason: &str, at: Timestamp) -> Self {
        let (step, reason) = (step.to_owned(), reason.to_owned());
        Self { step, reason, at: Instant(at), undone: false, undone_steps: Vec::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SlaChange {
    Started,
    Paused,
    Resumed,
    AtRisk,
    Breached,
    Met,
    Missed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Fact {
    CaseCreated {
        number: String,
        definition: String,
        definition_name: String,
        definition_version: u32,
        title: String,
        stage: Stage,
        status: Status,
        queue: Option<String>,
        assignee: Option<Person>,
        requester: Option<Requester>,
        priority: i32,
        fields: Map<String, Value>,
        origin: Origin,
        #[serde(default)]
        restricted_to: Option<Vec<String>>,
    },
    TitleChanged {
        before: String,
        after: String,
    },
    /// `fields` are all fields after the change.
    FieldChanged {
        changes: Vec<FieldChange>,
        fields: Map<String, Value>,
    },
    PriorityChanged {
        before: i32,
        after: i32,
    },
    DueDateChanged {
        before: Option<Instant>,
        after: Option<Instant>,
    },
    /// `labels` are all labels after the change.
    LabelsChanged {
        added: Vec<String>,
        removed: Vec<String>,
        labels: Vec<String>,
    },
    StageChanged {
        from: Stage,
        to: Stage,
    },
    StatusChanged {
        from: Status,
        to: Status,
        /// In the words of who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    RequesterChanged {
        before: Option<Requester>,
        after: Option<Requester>,
    },
    QueueChanged {
        from: Option<String>,
        to: Option<String>,
    },
    Assigned {
        from: Option<Person>,
        to: Option<Person>,
    },

    CommentAdded {
        comment_id: String,
        body: String,
        mentions: Vec<String>,
    },
    CommentEdited {
        comment_id: String,
        body: String,
        mentions: Vec<String>,
    },
    CommentDeleted {
        comment_id: String,
    },

    DocumentAdded {
        document: CaseDocument,
    },
    DocumentRemoved {
        document_id: String,
        name: String,
    },

    MailReceived {
        mail_id: String,
        from: String,
        subject: String,
        unread: u32,
    },
    MailSent {
        mail_id: String,
        to: Vec<String>,
        subject: String,
    },
    MailUnlinked {
        mail_id: String,
        unread: u32,
    },
    MailsRead {
        unread: u32,
    },

    TaskCreated {
        task: TaskFact,
        open: u32,
        source: Source,
    },
    TaskClaimed {
        task: TaskFact,
        source: Source,
    },
    TaskUnclaimed {
        task: TaskFact,
        source: Source,
    },
    TaskCompleted {
        task: TaskFact,
        open: u32,
        source: Source,
    },
    TaskCancelled {
        task: TaskFact,
        open: u32,
        source: Source,
    },

    /// `processes` are all of the case after the change, here and below.
    ProcessRequested {
        start_id: String,
        key: String,
        name: String,
        variables: Map<String, Value>,
        processes: Vec<CaseProcess>,
    },
    /// `definition` and `number` are the case's, for the view that leads from an instance to its case.
    ProcessStarted {
        start_id: String,
        instance_id: String,
        key: String,
        name: String,
        definition: String,
        number: String,
        processes: Vec<CaseProcess>,
    },
    ProcessEnded {
        instance_id: String,
        name: String,
        state: CaseProcessState,
        processes: Vec<CaseProcess>,
        source: Source,
    },

    /// The case was closed and its open work goes with it: the engine is told once this is durable. `tasks` are names.
    OpenWorkCancelled {
        cancelled: Vec<CancelledProcess>,
        tasks: Vec<String>,
        processes: Vec<CaseProcess>,
    },

    /// An incident of a process, or a start that the engine refused.
    StepFailed {
        step: String,
        reason: String,
        problem: CaseProblem,
        source: Option<Source>,
    },
    StepRepaired {
        step: String,
        source: Source,
    },
    /// `step` was undone because `failed_step` failed, if that was said.
    Compensated {
        step: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failed_step: Option<String>,
        reason: String,
        problem: CaseProblem,
    },
    ProblemCleared {},

    SlaStarted {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
    },
    SlaPaused {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
    },
    SlaResumed {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
    },
    SlaAtRisk {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
    },
    SlaBreached {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
    },
    SlaMet {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
    },
    SlaMissed {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
    },

    /// A rule answered entry `trigger` of this case; what it did follows.
    RuleApplied {
        rule: String,
        trigger: u64,
    },
    /// A rule asks for a notification; the notification publisher sends it.
    Notified {
        to: Vec<String>,
        groups: Vec<String>,
        template: String,
    },
}

impl Fact {
    #[must_use]
    pub(crate) fn sla(id: &str, name: &str, change: SlaChange, clocks: Vec<SlaClock>) -> Self {
        let (sla, name) = (id.to_owned(), name.to_owned());
        match change {
            SlaChange::Started => Self::SlaStarted { sla, name, clocks },
            SlaChange::Paused => Self::SlaPaused { sla, name, clocks },
            SlaChange::Resumed => Self::SlaResumed { sla, name, clocks },
            SlaChange::AtRisk => Self::SlaAtRisk { sla, name, clocks },
            SlaChange::Breached => Self::SlaBreached { sla, name, clocks },
            SlaChange::Met => Self::SlaMet { sla, name, clocks },
            SlaChange::Missed => Self::SlaMissed { sla, name, clocks },
        }
    }

    /// All kinds, as [`Fact::name`] gives them.
    pub(crate) const NAMES: &'static [&'static str] = &[
        "case-created",
        "title-changed",
        "field-changed",
        "priority-changed",
        "due-date-changed",
        "labels-changed",
        "stage-changed",
        "status-changed",
        "requester-changed",
        "queue-changed",
        "assigned",
        "comment-added",
        "comment-edited",
        "comment-deleted",
        "document-added",
        "document-removed",
        "mail-received",
        "mail-sent",
        "mail-unlinked",
        "mails-read",
        "task-created",
        "task-claimed",
        "task-unclaimed",
        "task-completed",
        "task-cancelled",
        "process-requested",
        "process-started",
        "process-ended",
        "open-work-cancelled",
        "step-failed",
        "step-repaired",
        "compensated",
        "problem-cleared",
        "sla-started",
        "sla-paused",
        "sla-resumed",
        "sla-at-risk",
        "sla-breached",
        "sla-met",
        "sla-missed",
        "rule-applied",
        "notified",
    ];

    /// The kind on the timeline and on the bus.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CaseCreated { .. } => "case-created",
            Self::TitleChanged { .. } => "title-changed",
            Self::FieldChanged { .. } => "field-changed",
            Self::PriorityChanged { .. } => "priority-changed",
            Self::DueDateChanged { .. } => "due-date-changed",
            Self::LabelsChanged { .. } => "labels-changed",
            Self::StageChanged { .. } => "stage-changed",
            Self::StatusChanged { .. } => "status-changed",
            Self::RequesterChanged { .. } => "requester-changed",
            Self::QueueChanged { .. } => "queue-changed",
            Self::Assigned { .. } => "assigned",
            Self::CommentAdded { .. } => "comment-added",
            Self::CommentEdited { .. } => "comment-edited",
            Self::CommentDeleted { .. } => "comment-deleted",
            Self::DocumentAdded { .. } => "document-added",
            Self::DocumentRemoved { .. } => "document-removed",
            Self::MailReceived { .. } => "mail-received",
            Self::MailSent { .. } => "mail-sent",
            Self::MailUnlinked { .. } => "mail-unlinked",
            Self::MailsRead { .. } => "mails-read",
            Self::TaskCreated { .. } => "task-created",
            Self::TaskClaimed { .. } => "task-claimed",
            Self::TaskUnclaimed { .. } => "task-unclaimed",
            Self::TaskCompleted { .. } => "task-completed",
            Self::TaskCancelled { .. } => "task-cancelled",
            Self::ProcessRequested { .. } => "process-requested",
            Self::ProcessStarted { .. } => "process-started",
            Self::ProcessEnded { .. } => "process-ended",
            Self::OpenWorkCancelled { .. } => "open-work-cancelled",
            Self::StepFailed { .. } => "step-failed",
            Self::StepRepaired { .. } => "step-repaired",
            Self::Compensated { .. } => "compensated",
            Self::ProblemCleared {} => "problem-cleared",
            Self::SlaStarted { .. } => "sla-started",
            Self::SlaPaused { .. } => "sla-paused",
            Self::SlaResumed { .. } => "sla-resumed",
            Self::SlaAtRisk { .. } => "sla-at-risk",
            Self::SlaBreached { .. } => "sla-breached",
            Self::SlaMet { .. } => "sla-met",
            Self::SlaMissed { .. } => "sla-missed",
            Self::RuleApplied { .. } => "rule-applied",
            Self::Notified { .. } => "notified",
        }
    }

    /// Where in the engine's log it was observed, if it was.
    #[must_use]
    pub(crate) fn source(&self) -> Option<&Source> {
        match self {
            Self::TaskCreated { source, .. }
            | Self::TaskClaimed { source, .. }
            | Self::TaskUnclaimed { source, .. }
            | Self::TaskCompleted { source, .. }
            | Self::TaskCancelled { source, .. }
            | Self::ProcessEnded { source, .. }
            | Self::StepRepaired { source, .. } => Some(source),
            Self::StepFailed { source, .. } => source.as_ref(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_kinds_is_complete() {
        // What serde would take is in the text of its refusal.
        let refusal = serde_json::from_value::<Fact>(serde_json::json!({"type": "?"})).unwrap_err().to_string();
        let taken: Vec<&str> = refusal.split('`').skip(3).step_by(2).collect();
        assert_eq!(taken, Fact::NAMES, "{refusal}");
    }
}
