//! What a process instance is made of while it lives. Events carry these whole, so that views can be derived from an
//! event alone; only `apply` puts them into the state.
//!
//! Times are instants of the command that caused them. Ids are local to the root process instance ([`crate::ids`]).

use crate::ids::Id;
use casewright_engine_model::model::{FlowIndex, Form, NodeIndex};
use casewright_engine_value::{Instant, Value};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// The process definition something runs by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionRef {
    /// `key:version:uuid`.
    pub id: SmolStr,
    pub key: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<SmolStr>,
}

/// Where in a running process something stands. The same in every entity, so that views have one way to fill the columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Process instance.
    pub instance: Id,
    pub definition: Arc<DefinitionRef>,
    /// Activity instance it belongs to (the process instance's own id for the process itself).
    pub element: Id,
    pub execution: Id,
    /// Id of the BPMN element; of the process for the process itself; `x#multiInstanceBody` for a multi-instance body.
    pub activity_id: SmolStr,
    /// Activity that the id of the activity instance is spelled with, where a migration has given it another since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<SmolStr>,
}

impl Place {
    /// Activity id that the contract's activity instance id begins with: it does not change when the activity does.
    #[must_use]
    pub fn spelled(&self) -> &SmolStr {
        self.named.as_ref().unwrap_or(&self.activity_id)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessInstance {
    pub id: Id,
    pub definition: Arc<DefinitionRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_key: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_instance_id: Option<SmolStr>,
    /// The call activity instance that called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub super_element: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub super_instance: Option<Id>,
    pub started: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_user: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_activity_id: Option<SmolStr>,
    pub suspended: bool,
    /// Number of process instances this one was restarted from or migrated; free for the shell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarted_from: Option<SmolStr>,
}

/// How a process instance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndState {
    Completed,
    /// Deleted from outside.
    ExternallyTerminated,
    /// Cancelled by the process that called it.
    InternallyTerminated,
}

/// What an element instance is an instance of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Position {
    Process,
    /// The multi-instance body around the instances of a node.
    Body(NodeIndex),
    Node(NodeIndex),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// A token that has not entered yet: on its way within a step, or behind an `asyncBefore` job (then it is a transition
    /// instance of the contract's activity tree).
    Arriving,
    Active,
    /// Behind an `asyncAfter` job: the activity instance has ended, the token has not moved on (a transition instance).
    Leaving,
    /// A completed embedded subprocess that lives again only so that its compensation handlers run in it.
    Compensating,
}

/// An activity instance as history shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    #[serde(flatten)]
    pub place: Place,
    /// Parent activity instance; none for a process instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id>,
    /// Activity id of the parent: needed to spell the parent's activity instance id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_activity_id: Option<SmolStr>,
    /// `userTask`, `startEvent`, `multiInstanceBody`, ... as the contract lists them; `processDefinition` for the process.
    pub activity_type: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_name: Option<Arc<str>>,
    pub started: Instant,
}

/// Something alive in a process: the process itself, a scope, an activity, a token at a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElementInstance {
    pub id: Id,
    pub position: Position,
    pub phase: Phase,
    /// The enclosing scope; none for a process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Id>,
    /// What history knows; `started` is preliminary while the phase is `Arriving`.
    pub activity: Arc<Activity>,
    /// The concurrent execution the token runs on, when it is not alone in its scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<Id>,
    /// The execution that is the parent of this one in the contract's tree; none for a process or when it shares its scope's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_execution: Option<Id>,
    /// The flow it came over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowIndex>,
    /// The process instance a call activity waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_task: Option<Id>,
    /// Of a multi-instance body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Of an instance inside a multi-instance body, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loop_counter: Option<i32>,
    /// What it waits for besides its children.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// An event subprocess or an activity that a compensation runs belongs to the throwing event, not to the token flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensating_for: Option<Id>,
    /// Complex gateways inside this scope that wait for reset.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resetting: Vec<Resetting>,
}

impl ElementInstance {
    /// The BPMN node, none for the process itself.
    #[must_use]
    pub fn node(&self) -> Option<NodeIndex> {
        match self.position {
            Position::Process => None,
            Position::Body(node) | Position::Node(node) => Some(node),
        }
    }

    /// Is it one of the instances inside a multi-instance body?
    #[must_use]
    pub fn is_inner(&self) -> bool {
        self.loop_counter.is_some() && matches!(self.position, Position::Node(_))
    }
}

/// Why an element is alive although it has no child, task or job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Waiting {
    /// At a join.
    Join,
    /// For handlers of a compensation it threw.
    Compensation { remaining: Vec<Id> },
    /// Behind `asyncAfter`: the flows it will take.
    Leave { flows: Vec<FlowIndex> },
    /// An ad-hoc subprocess that starts nothing more: for what still runs inside.
    Remaining,
}

/// A complex gateway that has fired and waits for the tokens that are still expected (BPMN 2.0.2, section 13.4.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resetting {
    pub gateway: NodeIndex,
    /// Incoming flows whose tokens it fired with.
    pub consumed: Vec<FlowIndex>,
}

/// Bookkeeping of a multi-instance body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    pub total: i32,
    /// Instances created so far. One after the other: the next loop counter; side by side: when they are fewer than in all, the
    /// rest waits for a job.
    pub created: i32,
    pub completed: i32,
    pub active: i32,
}

impl Body {
    /// Are there instances that are not created yet?
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.created < self.total
    }
}

/// A variable. It lives in a scope (an element instance) or in a user task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Variable {
    pub id: Id,
    pub name: SmolStr,
    pub value: Value,
    /// 0 at first, one more with every change.
    pub revision: u32,
    pub created: Instant,
    /// The scope's place.
    #[serde(flatten)]
    pub place: Arc<Place>,
    /// Of a task-local variable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Id>,
}

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Holder {
    Element(Id),
    Task(Id),
}

impl Holder {
    #[must_use]
    pub fn id(self) -> Id {
        match self {
            Self::Element(id) | Self::Task(id) => id,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DelegationState {
    Pending,
    Resolved,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityLink {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<SmolStr>,
    /// `candidate`, or a custom type. `assignee` and `owner` are fields of the task.
    pub kind: SmolStr,
}

/// State of a task in the words of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskState {
    Created,
    Updated,
    Completed,
    Deleted,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserTask {
    pub id: Id,
    #[serde(flatten)]
    pub place: Place,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<DelegationState>,
    pub priority: i32,
    pub created: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_task: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_instance_id: Option<SmolStr>,
    pub state: TaskState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<TaskForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<IdentityLink>,
    pub suspended: bool,
}

/// The form of a task or start event, with expressions evaluated. Generated forms stay in the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskForm {
    Key(SmolStr),
    Reference(Form),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalTask {
    pub id: Id,
    #[serde(flatten)]
    pub place: Place,
    pub topic: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<Instant>,
    pub created: Instant,
    /// None until a failure set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<i32>,
    pub priority: i64,
    /// At most 666 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_details: Option<Arc<str>>,
    pub suspended: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_key: Option<SmolStr>,
}

impl ExternalTask {
    /// May a worker be given it? The worker's id plays no part.
    #[must_use]
    pub fn is_fetchable(&self, now: Instant) -> bool {
        self.locked_until.is_none_or(|until| until <= now)
            && !self.suspended
            && self.retries.is_none_or(|retries| retries > 0)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JobKind {
    /// The token waits in front of its element.
    AsyncBefore,
    /// The token waits behind its element; `flow` when it was chosen already.
    AsyncAfter,
    /// Intermediate timer, also behind an event-based gateway: `node` is the event.
    TimerCatch {
        node: NodeIndex,
    },
    TimerBoundary {
        node: NodeIndex,
    },
    /// Start event of an event subprocess: `node` is the start event.
    TimerStart {
        node: NodeIndex,
    },
    /// `timeout` task listener by its index.
    TaskTimeout {
        task: Id,
        listener: usize,
    },
    /// Instances of a parallel multi-instance body that are still to be created, by their loop counters.
    FurtherInstances {
        from: i32,
        to: i32,
    },
}

impl JobKind {
    /// Type of its job definition in the contract.
    #[must_use]
    pub fn definition_type(&self) -> &'static str {
        match self {
            Self::AsyncBefore | Self::AsyncAfter | Self::FurtherInstances { .. } => "async-continuation",
            Self::TimerCatch { .. } => "timer-intermediate-transition",
            Self::TimerBoundary { .. } => "timer-transition",
            Self::TimerStart { .. } => "timer-start-event-subprocess",
            Self::TaskTimeout { .. } => "timer-task-listener",
        }
    }

    /// Configuration of its job definition in the contract.
    #[must_use]
    pub fn definition_configuration(&self) -> &'static str {
        match self {
            Self::AsyncBefore => "async-before",
            Self::AsyncAfter => "async-after",
            Self::FurtherInstances { .. } => "further-instances",
            Self::TimerCatch { .. }
            | Self::TimerBoundary { .. }
            | Self::TimerStart { .. }
            | Self::TaskTimeout { .. } => "timer",
        }
    }

    #[must_use]
    pub fn is_timer(&self) -> bool {
        !matches!(self, Self::AsyncBefore | Self::AsyncAfter | Self::FurtherInstances { .. })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: Id,
    #[serde(flatten)]
    pub place: Place,
    pub kind: JobKind,
    /// None: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    pub retries: i32,
    pub exclusive: bool,
    pub priority: i64,
    pub suspended: bool,
    pub created: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_activity_id: Option<SmolStr>,
    /// What is left of a cycle: [`casewright_engine_value::TimerSchedule::repeat`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<SmolStr>,
    /// Milliseconds by which this run and the later ones of a cycle were moved.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub moved_ms: i64,
    /// Has a failure already initialised retries from `failedJobRetryTimeCycle`?
    pub failed_before: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_key: Option<SmolStr>,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SubscriptionKind {
    Message,
    Signal,
    Conditional,
    Compensate,
}

impl SubscriptionKind {
    /// `eventType` of the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Signal => "signal",
            Self::Conditional => "conditional",
            Self::Compensate => "compensate",
        }
    }
}

/// Waits for an event on behalf of an element instance: the catching element itself, the host of a boundary event, the
/// scope of an event subprocess, or an event-based gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    pub id: Id,
    /// `element` and `execution` are the owner's, `activity_id` is the event's (of an event subprocess: its start event).
    #[serde(flatten)]
    pub place: Place,
    pub kind: SubscriptionKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<SmolStr>,
    /// The catching node.
    pub node: NodeIndex,
    pub created: Instant,
    /// `zeebe:subscription correlationKey`, evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_key: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_key: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    pub id: Id,
    #[serde(flatten)]
    pub place: Place,
    /// `failedJob`, `failedExternalTask`, or a custom one.
    pub kind: SmolStr,
    /// Job or external task; free text of a custom incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Arc<str>>,
    pub created: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_activity_id: Option<SmolStr>,
    /// The incident in the called instance that caused it; itself when it is the root cause.
    pub cause: Id,
    pub root_cause: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Arc<str>>,
}

/// A completed activity that can be compensated, in order of completion by id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compensation {
    pub id: Id,
    /// The scope in which the activity completed: an element instance, or another record (a completed subprocess).
    pub scope: Id,
    #[serde(flatten)]
    pub place: Place,
    /// The completed activity.
    pub activity: NodeIndex,
    pub undo: Undo,
    pub created: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Undo {
    /// Run this handler.
    Handler(NodeIndex),
    /// A completed subprocess with handlers of its own (further records whose scope is this one), and the local variables
    /// it had when it completed.
    Scope { position: Position, variables: Vec<(SmolStr, Value)> },
}
