//! All events of a case. The journal keeps them for ever: members may be added with a default, nothing may be renamed.

use super::{FieldChange, SlaChange, Source};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::link::CaseLink;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::{CancelledProcess, CaseProcess, CaseProcessState};
use crate::domain::case::task::TaskFact;
use crate::domain::definition::model::{Stage, Status};
use crate::domain::person::{Origin, Person, Requester};
use crate::domain::sla::SlaClock;
use casewright_instant::{Instant, optional_rfc3339};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What happened, in the past tense.
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
        /// Of what was filled in at a task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Source>,
    },
    PriorityChanged {
        before: i32,
        after: i32,
    },
    DueDateChanged {
        #[serde(default, with = "optional_rfc3339")]
        before: Option<Instant>,
        #[serde(default, with = "optional_rfc3339")]
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
        /// Of what was filled in at a task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Source>,
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

    /// This case and another have to do with each other. The entry says nothing of the other but its id: who may see this case
    /// may not see that one.
    Linked {
        link: CaseLink,
    },
    Unlinked {
        link: CaseLink,
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
            Self::StepFailed { source, .. }
            | Self::FieldChanged { source, .. }
            | Self::DocumentAdded { source, .. } => source.as_ref(),
            _ => None,
        }
    }
}
