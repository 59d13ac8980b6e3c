//! All events of a case. The journal keeps them for ever: members may be added with a default, nothing may be renamed.

use super::{FieldChange, SlaChange, Source};
use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::domain::case::document::{CaseDocument, FileDigest};
use crate::domain::case::hold::{CaseDisposal, LegalHold};
use crate::domain::case::link::CaseLink;
use crate::domain::case::merge::{MergeRefusal, NamedCase};
use crate::domain::case::party::CaseParty;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::{CancelledProcess, CaseProcess, CaseProcessState};
use crate::domain::case::task::TaskFact;
use crate::domain::definition::milestone::MilestoneRef;
use crate::domain::definition::model::Status;
use crate::domain::definition::resolution::CaseResolution;
use crate::domain::definition::stage::StageRef;
use crate::domain::person::{Origin, Person, Requester};
use crate::domain::routing::{RoutingScope, Skill};
use crate::domain::rule::RuleRun;
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
        stage: StageRef,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
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
        from: StageRef,
        to: StageRef,
        /// In the words of who moved it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Stages that were passed over, and the one left without what it asks for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<StageRef>,
        /// Its definition moved it, nobody did.
        #[serde(default, skip_serializing_if = "is_false")]
        is_automatic: bool,
        /// It does not go on by itself until its data or its work has changed.
        #[serde(default, skip_serializing_if = "is_false")]
        rests: bool,
    },
    /// From one version of its definition to another.
    DefinitionMigrated {
        from: u32,
        to: u32,
        definition_name: String,
        stage: StageRef,
        status: Status,
    },
    /// Once per milestone and case.
    MilestoneReached {
        milestone: MilestoneRef,
    },
    StatusChanged {
        from: Status,
        to: Status,
        /// In the words of who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
        /// How a case that is closed with it has ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<CaseResolution>,
        /// When a case that is closed with it is due to be deleted.
        #[serde(default, with = "optional_rfc3339", skip_serializing_if = "Option::is_none")]
        dispose_at: Option<Instant>,
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
        /// Id of the mail of the case that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail_id: Option<String>,
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
        /// Files that came with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileDigest>,
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

    /// A record has a role in this case. The entry says nothing of the record but its id: who may see this case may not see that.
    PartyAdded {
        party: CaseParty,
    },
    PartyRemoved {
        party: CaseParty,
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

    /// The case was closed, or left a stage, and open work goes with it: the engine is told once this is durable. `tasks` are names.
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
        /// How urgent the case is after it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    SlaPaused {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    SlaResumed {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    SlaAtRisk {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    SlaBreached {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    SlaMet {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    SlaMissed {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },

    /// What the promise was about is no more: a task or a process that was cancelled.
    SlaCancelled {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    /// A step on the way to the deadline, or past it, was taken; what it did follows.
    SlaEscalated {
        sla: String,
        name: String,
        percent: u32,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },
    /// The calendar by which it counts says something else now.
    SlaReplanned {
        sla: String,
        name: String,
        clocks: Vec<SlaClock>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        urgency: Option<i32>,
    },

    /// A rule said where the case goes; that it went there follows. `skills` are what it asks of who works on it.
    Routed {
        /// `definition` or `organisation`.
        scope: RoutingScope,
        /// None: the catch-all.
        rule: Option<String>,
        name: String,
        skills: Vec<Skill>,
    },

    /// A rule answered entry `trigger` of this case, or its time `came` (then `trigger` is 0); what it did follows.
    RuleApplied {
        rule: String,
        trigger: u64,
        #[serde(default, with = "optional_rfc3339", skip_serializing_if = "Option::is_none")]
        came: Option<Instant>,
        /// What was asked and done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run: Option<RuleRun>,
    },
    /// A rule asks for a notification; the notification publisher sends it.
    Notified {
        to: Vec<String>,
        groups: Vec<String>,
        template: String,
    },

    /// Somebody added a task by hand. `task` is as it is after the change, `open` how many tasks of the case are open then, here
    /// and below.
    AdHocTaskAdded {
        task: AdHocTask,
        open: u32,
    },
    AdHocTaskChanged {
        task: AdHocTask,
        open: u32,
    },
    AdHocTaskAssigned {
        task: AdHocTask,
        open: u32,
    },
    /// `item` is what the line of the checklist says.
    AdHocTaskItemTicked {
        task: AdHocTask,
        item: String,
        open: u32,
    },
    AdHocTaskItemUnticked {
        task: AdHocTask,
        item: String,
        open: u32,
    },
    AdHocTaskCompleted {
        task: AdHocTask,
        open: u32,
    },
    AdHocTaskReopened {
        task: AdHocTask,
        open: u32,
    },
    AdHocTaskCancelled {
        task: AdHocTask,
        open: u32,
    },
    /// It goes on in the case that this one was merged into.
    AdHocTaskMoved {
        task: AdHocTask,
        open: u32,
    },
    AdHocTaskRemoved {
        task: AdHocTask,
        open: u32,
    },

    /// Something of the playbook of a stage was done. `title` is what it is called.
    PlaybookItemTicked {
        stage: String,
        item: String,
        title: String,
    },
    PlaybookItemUnticked {
        stage: String,
        item: String,
        title: String,
    },

    /// The case is to become part of another one. `cancels`: what is open of its processes ends then.
    MergeRequested {
        into: NamedCase,
        cancels: bool,
    },
    /// The other case did not take it in; it stays as it was.
    MergeAbandoned {
        into: NamedCase,
        refusal: MergeRefusal,
    },
    /// The case is part of the other one.
    Merged {
        into: NamedCase,
    },
    /// Another case becomes part of this one.
    MergeReceived {
        from: NamedCase,
    },
    /// A comment that was written in another case, whose id is `from`.
    CommentTaken {
        comment_id: String,
        body: String,
        author: Person,
        from: String,
    },
    /// A mail that was in another case, whose id is `from`, belongs to this one now.
    MailTaken {
        mail_id: String,
        from: String,
        is_unread: bool,
        unread: u32,
        /// Files that came with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileDigest>,
    },
    /// The case was made of a part of another one. `mail_id`: this mail goes with it.
    SplitOff {
        from: NamedCase,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail_id: Option<String>,
    },
    /// Somebody said that this other case (its id) is no duplicate.
    DuplicateDismissed {
        other: String,
    },
    /// The case was closed and these of its children, by id, close with it. `cancels`: what is open of them ends.
    ChildrenClosing {
        children: Vec<String>,
        cancels: bool,
    },

    /// Nothing of the case may be deleted until this is lifted.
    /// `holds` are all that stand after it, here and below.
    HoldPlaced {
        hold: LegalHold,
        holds: Vec<LegalHold>,
    },
    HoldLifted {
        hold: LegalHold,
        /// In the words of who lifted it.
        reason: String,
        holds: Vec<LegalHold>,
    },
    /// The case and all that it owns are being deleted.
    DisposalBegun {
        disposal: CaseDisposal,
    },
    /// Nothing is left: [`casewright_journal::forget`]. `rows` are what views held of it beside its own: view and ids.
    Forgotten {
        rows: Vec<(String, Vec<String>)>,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Fact {
    #[must_use]
    pub(crate) fn sla(id: &str, name: &str, change: SlaChange, clocks: Vec<SlaClock>) -> Self {
        let (sla, name, urgency) = (id.to_owned(), name.to_owned(), None);
        match change {
            SlaChange::Started => Self::SlaStarted { sla, name, clocks, urgency },
            SlaChange::Paused => Self::SlaPaused { sla, name, clocks, urgency },
            SlaChange::Resumed => Self::SlaResumed { sla, name, clocks, urgency },
            SlaChange::AtRisk => Self::SlaAtRisk { sla, name, clocks, urgency },
            SlaChange::Breached => Self::SlaBreached { sla, name, clocks, urgency },
            SlaChange::Met => Self::SlaMet { sla, name, clocks, urgency },
            SlaChange::Missed => Self::SlaMissed { sla, name, clocks, urgency },
            SlaChange::Cancelled => Self::SlaCancelled { sla, name, clocks, urgency },
        }
    }

    /// Says how urgent the case is after it, where that may have changed.
    pub(crate) fn set_urgency(&mut self, of_case: i32) {
        match self {
            Self::PriorityChanged { urgency, .. }
            | Self::StatusChanged { urgency, .. }
            | Self::SlaStarted { urgency, .. }
            | Self::SlaPaused { urgency, .. }
            | Self::SlaResumed { urgency, .. }
            | Self::SlaAtRisk { urgency, .. }
            | Self::SlaBreached { urgency, .. }
            | Self::SlaMet { urgency, .. }
            | Self::SlaMissed { urgency, .. }
            | Self::SlaCancelled { urgency, .. }
            | Self::SlaEscalated { urgency, .. }
            | Self::SlaReplanned { urgency, .. } => *urgency = Some(of_case),
            _ => {}
        }
    }

    /// The task that somebody added by hand and that this is about, and how many tasks of the case are open then.
    #[must_use]
    pub(crate) fn ad_hoc_task(&self) -> Option<(&AdHocTask, u32)> {
        match self {
            Self::AdHocTaskAdded { task, open }
            | Self::AdHocTaskChanged { task, open }
            | Self::AdHocTaskAssigned { task, open }
            | Self::AdHocTaskItemTicked { task, open, .. }
            | Self::AdHocTaskItemUnticked { task, open, .. }
            | Self::AdHocTaskCompleted { task, open }
            | Self::AdHocTaskReopened { task, open }
            | Self::AdHocTaskCancelled { task, open }
            | Self::AdHocTaskMoved { task, open }
            | Self::AdHocTaskRemoved { task, open } => Some((task, *open)),
            _ => None,
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
