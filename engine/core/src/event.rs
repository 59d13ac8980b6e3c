//! What happened: facts in the past tense, with all the data that views and history need.
//!
//! An event carries its entity as it is *after* the event (or as it last was, when the event ends it). Replaying the events
//! of a root process instance from empty gives its state ([`crate::apply`]).

use crate::entity::{
    Activity, Compensation, ElementInstance, EndState, ExternalTask, Holder, IdentityLink, Incident, Job, Place,
    ProcessInstance, Subscription, UserTask, Variable,
};
use crate::ids::{Id, Prefix};
use crate::outcome::Effect;
use casewright_engine_value::{Instant, Value};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// A root instance brings the prefix of all ids.
    InstanceStarted {
        instance: Arc<ProcessInstance>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prefix: Option<Prefix>,
    },
    InstanceSuspended {
        instance: Arc<ProcessInstance>,
    },
    InstanceActivated {
        instance: Arc<ProcessInstance>,
    },
    BusinessKeySet {
        instance: Arc<ProcessInstance>,
    },
    /// Of a root instance: nothing is left of the state.
    InstanceEnded {
        instance: Arc<ProcessInstance>,
        state: EndState,
        /// Id of the end event reached last, when there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end_activity_id: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delete_reason: Option<Arc<str>>,
        ended: Instant,
    },
    /// The instance goes on with another version of its definition, and all that moved with it.
    InstanceMigrated {
        instance: Arc<ProcessInstance>,
        #[serde(default)]
        moved: Box<Moved>,
    },

    /// A token went over a sequence flow and now stands in front of the flow's target.
    FlowTaken {
        flow: SmolStr,
        element: Arc<ElementInstance>,
    },
    /// A token was put in front of an element without a flow: start events, multi-instance, modification, compensation.
    TokenPlaced {
        element: Arc<ElementInstance>,
    },
    /// A token was withdrawn whose element has not started, or has ended already (`asyncAfter`).
    TokenRemoved {
        element: Id,
    },
    /// An element instance began; `element.activity` is its row in history.
    ActivityStarted {
        element: Arc<ElementInstance>,
    },
    /// Bookkeeping that history does not show.
    ElementChanged {
        element: Arc<ElementInstance>,
    },
    ActivityEnded {
        element: Id,
        activity: Arc<Activity>,
        ended: Instant,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        canceled: bool,
        /// The instance ended its scope: it is an end event.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        completes_scope: bool,
        /// The token stays behind the activity (`asyncAfter`).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        leaving: bool,
    },

    VariableSet {
        holder: Holder,
        variable: Arc<Variable>,
        /// The activity instance in which it was set, for the history detail.
        by: Id,
        by_activity_id: SmolStr,
        at: Instant,
        /// A caller gave it who may set variables of its name; false: the model did, whatever it had it from.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        vouched: bool,
    },
    VariableRemoved {
        holder: Holder,
        variable: Arc<Variable>,
        by: Id,
        by_activity_id: SmolStr,
        at: Instant,
    },

    UserTaskCreated {
        task: Arc<UserTask>,
    },
    UserTaskChanged {
        task: Arc<UserTask>,
        changes: Vec<TaskChange>,
    },
    UserTaskEnded {
        task: Arc<UserTask>,
        ended: Instant,
        /// `completed`, `deleted`, or the reason given for deleting the instance.
        delete_reason: Arc<str>,
    },

    ExternalTaskCreated {
        task: Arc<ExternalTask>,
    },
    ExternalTaskLocked {
        task: Arc<ExternalTask>,
    },
    ExternalTaskUnlocked {
        task: Arc<ExternalTask>,
    },
    ExternalTaskFailed {
        task: Arc<ExternalTask>,
        at: Instant,
    },
    /// Retries, priority, suspension.
    ExternalTaskChanged {
        task: Arc<ExternalTask>,
    },
    ExternalTaskCompleted {
        task: Arc<ExternalTask>,
        at: Instant,
    },
    ExternalTaskDeleted {
        task: Arc<ExternalTask>,
        at: Instant,
    },

    JobCreated {
        job: Arc<Job>,
    },
    /// Retries, due date, priority, suspension.
    JobChanged {
        job: Arc<Job>,
    },
    JobFailed {
        job: Arc<Job>,
        at: Instant,
    },
    JobExecuted {
        job: Arc<Job>,
        at: Instant,
    },
    JobRemoved {
        job: Arc<Job>,
        at: Instant,
    },

    SubscriptionCreated {
        subscription: Arc<Subscription>,
    },
    SubscriptionRemoved {
        subscription: Arc<Subscription>,
    },

    IncidentRaised {
        incident: Arc<Incident>,
    },
    IncidentAnnotated {
        incident: Arc<Incident>,
    },
    IncidentResolved {
        incident: Arc<Incident>,
        at: Instant,
    },
    IncidentDeleted {
        incident: Arc<Incident>,
        at: Instant,
    },

    CompensationRecorded {
        record: Arc<Compensation>,
    },
    CompensationRemoved {
        record: Arc<Compensation>,
    },

    DecisionEvaluated {
        place: Place,
        /// Id of the decision definition.
        decision: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trace: Option<serde_json::Value>,
        at: Instant,
    },
    /// A BPMN error that nobody caught: its token ended there.
    ErrorUnhandled {
        place: Place,
        code: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Arc<str>>,
    },
    /// Something to be done outside this root instance once this is durable; in [`crate::Outcome::effects`] as well.
    EffectRequested {
        effect: Arc<Effect>,
    },
}

/// What is in another place after a migration; ids stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Moved {
    pub elements: Vec<Arc<ElementInstance>>,
    pub variables: Vec<(Holder, Arc<Variable>)>,
    pub tasks: Vec<Arc<UserTask>>,
    pub external_tasks: Vec<Arc<ExternalTask>>,
    pub jobs: Vec<Arc<Job>>,
    pub subscriptions: Vec<Arc<Subscription>>,
    pub incidents: Vec<Arc<Incident>>,
    pub compensations: Vec<Arc<Compensation>>,
}

/// What changed in a user task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TaskChange {
    /// Old and new value as history's user operation log spells them.
    Property {
        name: SmolStr,
        old: Value,
        new: Value,
    },
    LinkAdded {
        link: IdentityLink,
    },
    LinkRemoved {
        link: IdentityLink,
    },
}

impl Event {
    /// Name for consumers and the timeline, kebab case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::InstanceStarted { .. } => "instance-started",
            Self::InstanceSuspended { .. } => "instance-suspended",
            Self::InstanceActivated { .. } => "instance-activated",
            Self::BusinessKeySet { .. } => "business-key-set",
            Self::InstanceEnded { .. } => "instance-ended",
            Self::InstanceMigrated { .. } => "instance-migrated",
            Self::FlowTaken { .. } => "flow-taken",
            Self::TokenPlaced { .. } => "token-placed",
            Self::TokenRemoved { .. } => "token-removed",
            Self::ActivityStarted { .. } => "activity-started",
            Self::ElementChanged { .. } => "element-changed",
            Self::ActivityEnded { .. } => "activity-ended",
            Self::VariableSet { .. } => "variable-set",
            Self::VariableRemoved { .. } => "variable-removed",
            Self::UserTaskCreated { .. } => "user-task-created",
            Self::UserTaskChanged { .. } => "user-task-changed",
            Self::UserTaskEnded { .. } => "user-task-ended",
            Self::ExternalTaskCreated { .. } => "external-task-created",
            Self::ExternalTaskLocked { .. } => "external-task-locked",
            Self::ExternalTaskUnlocked { .. } => "external-task-unlocked",
            Self::ExternalTaskFailed { .. } => "external-task-failed",
            Self::ExternalTaskChanged { .. } => "external-task-changed",
            Self::ExternalTaskCompleted { .. } => "external-task-completed",
            Self::ExternalTaskDeleted { .. } => "external-task-deleted",
            Self::JobCreated { .. } => "job-created",
            Self::JobChanged { .. } => "job-changed",
            Self::JobFailed { .. } => "job-failed",
            Self::JobExecuted { .. } => "job-executed",
            Self::JobRemoved { .. } => "job-removed",
            Self::SubscriptionCreated { .. } => "subscription-created",
            Self::SubscriptionRemoved { .. } => "subscription-removed",
            Self::IncidentRaised { .. } => "incident-raised",
            Self::IncidentAnnotated { .. } => "incident-annotated",
            Self::IncidentResolved { .. } => "incident-resolved",
            Self::IncidentDeleted { .. } => "incident-deleted",
            Self::CompensationRecorded { .. } => "compensation-recorded",
            Self::CompensationRemoved { .. } => "compensation-removed",
            Self::DecisionEvaluated { .. } => "decision-evaluated",
            Self::ErrorUnhandled { .. } => "error-unhandled",
            Self::EffectRequested { .. } => "effect-requested",
        }
    }
}
