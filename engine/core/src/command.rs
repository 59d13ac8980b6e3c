//! What may be asked of one root process instance. Ids are local ([`crate::ids`]); which root they belong to is known from
//! their text, so the shell has routed the command already.

use crate::entity::IdentityLink;
use crate::ids::{Id, Prefix};
use casewright_engine_value::{Instant, Value};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// A variable as a caller gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewVariable {
    pub name: SmolStr,
    pub value: Value,
    /// How long it lives.
    pub lifetime: Lifetime,
    /// Into the addressed scope itself, instead of where the name already exists.
    pub local: bool,
    /// The caller was asked whether they may set a variable of this name, and may. What a model hands on never says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vouched: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lifetime {
    #[default]
    Stored,
    /// Only until this command is done.
    Transient,
}

impl NewVariable {
    #[must_use]
    pub fn new(name: impl Into<SmolStr>, value: Value) -> Self {
        Self { name: name.into(), value, lifetime: Lifetime::Stored, local: false, vouched: false }
    }

    #[must_use]
    pub fn local(name: impl Into<SmolStr>, value: Value) -> Self {
        Self { local: true, ..Self::new(name, value) }
    }
}

/// What a start, modification or deletion leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skips {
    pub listeners: bool,
    pub io_mappings: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    // The instance.
    StartInstance(StartInstance),
    Modify(Modify),
    /// Starts activities inside an ad-hoc subprocess; variables are set as seen from it.
    StartAdHocActivities {
        /// Activity instance of the ad-hoc subprocess.
        element: Id,
        activities: Vec<SmolStr>,
        variables: Vec<NewVariable>,
    },
    Suspend {
        instance: Id,
    },
    Activate {
        instance: Id,
    },
    Delete(DeleteInstance),
    SetBusinessKey {
        instance: Id,
        business_key: Option<SmolStr>,
    },
    Migrate(Migrate),

    // Variables.
    SetVariables {
        target: VariableTarget,
        variables: Vec<NewVariable>,
        /// Removed before the others are set.
        deletions: Vec<SmolStr>,
    },

    // User tasks.
    CompleteTask {
        task: Id,
        variables: Vec<NewVariable>,
    },
    /// Completes a task for somebody: one that nobody has is theirs first, so that history says who did it.
    SubmitTask {
        task: Id,
        by: SmolStr,
        /// Who had the task when it was looked at; somebody else may have taken it since.
        seen: Option<SmolStr>,
        variables: Vec<NewVariable>,
    },
    ClaimTask {
        task: Id,
        user: Option<SmolStr>,
    },
    AssignTask {
        task: Id,
        user: Option<SmolStr>,
    },
    DelegateTask {
        task: Id,
        user: Option<SmolStr>,
    },
    ResolveTask {
        task: Id,
        variables: Vec<NewVariable>,
    },
    UpdateTask {
        task: Id,
        update: TaskUpdate,
    },
    AddTaskLink {
        task: Id,
        link: IdentityLink,
    },
    RemoveTaskLink {
        task: Id,
        link: IdentityLink,
    },
    TaskError {
        task: Id,
        code: SmolStr,
        message: Option<Arc<str>>,
        variables: Vec<NewVariable>,
    },
    TaskEscalation {
        task: Id,
        code: SmolStr,
        variables: Vec<NewVariable>,
    },

    // External tasks. Which ones a fetch gets is decided by the shell; those that are not fetchable any more are left out.
    LockExternalTasks {
        tasks: Vec<Id>,
        worker: SmolStr,
        until: Vec<Instant>,
    },
    LockExternalTask {
        task: Id,
        worker: SmolStr,
        duration_ms: i64,
    },
    ExtendExternalTaskLock {
        task: Id,
        worker: SmolStr,
        duration_ms: i64,
    },
    UnlockExternalTask {
        task: Id,
    },
    CompleteExternalTask {
        task: Id,
        worker: SmolStr,
        variables: Vec<NewVariable>,
        local_variables: Vec<NewVariable>,
    },
    FailExternalTask(FailExternalTask),
    ExternalTaskError {
        task: Id,
        worker: SmolStr,
        code: SmolStr,
        message: Option<Arc<str>>,
        variables: Vec<NewVariable>,
    },
    SetExternalTaskRetries {
        task: Id,
        retries: i32,
    },
    SetExternalTaskPriority {
        task: Id,
        priority: i64,
    },

    // Jobs.
    /// Runs a job. When it fails the answer is [`crate::Answer::JobFailed`] and its retries have gone down.
    ExecuteJob {
        job: Id,
    },
    /// What a job was to do could not even be tried: the machine failed over it. Nobody but the engine says so.
    FailJob {
        job: Id,
        message: Arc<str>,
        /// No retry is left, whatever the model says: an incident is raised.
        for_good: bool,
    },
    SetJobRetries {
        job: Id,
        retries: i32,
        due: Option<Instant>,
    },
    SetJobDueDate {
        job: Id,
        due: Option<Instant>,
        /// Moves the later runs of a repeating timer as well.
        cascade: bool,
    },
    RecalculateJobDueDate {
        job: Id,
        /// From when the job was created; else from now.
        creation_date_based: bool,
    },
    SetJobPriority {
        job: Id,
        priority: i64,
    },
    SetJobSuspended {
        job: Id,
        suspended: bool,
    },
    DeleteJob {
        job: Id,
    },

    // Events.
    /// A message or signal that the shell has matched to this subscription.
    TriggerSubscription {
        subscription: Id,
        variables: Vec<NewVariable>,
        local_variables: Vec<NewVariable>,
        to_triggered_scope: Vec<NewVariable>,
    },
    /// To the subscription of an execution; `kind` is message or signal.
    TriggerExecution {
        execution: Id,
        kind: crate::entity::SubscriptionKind,
        name: Option<SmolStr>,
        variables: Vec<NewVariable>,
    },
    /// `POST /execution/{id}/signal`: a receive task, or any activity that waits.
    SignalExecution {
        execution: Id,
        signal: Option<SmolStr>,
        variables: Vec<NewVariable>,
    },

    // Incidents.
    CreateIncident {
        execution: Id,
        kind: SmolStr,
        configuration: Option<SmolStr>,
        message: Option<Arc<str>>,
    },
    ResolveIncident {
        incident: Id,
    },
    AnnotateIncident {
        incident: Id,
        annotation: Option<Arc<str>>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartInstance {
    /// Random bits for all ids of the new root instance.
    pub prefix: Prefix,
    /// Definition id; the definition is not suspended.
    pub definition: SmolStr,
    pub business_key: Option<SmolStr>,
    pub case_instance_id: Option<SmolStr>,
    pub variables: Vec<NewVariable>,
    /// Empty: at the none start event.
    pub instructions: Vec<Instruction>,
    /// Start event to begin at, when a message, signal, timer or condition starts the instance.
    pub start_event: Option<SmolStr>,
    /// Those that came for the start event.
    pub start_event_variables: Vec<NewVariable>,
    pub skips: Skips,
    pub restarted_from: Option<SmolStr>,
}

impl StartInstance {
    #[must_use]
    pub fn new(prefix: Prefix, definition: impl Into<SmolStr>) -> Self {
        Self {
            prefix,
            definition: definition.into(),
            business_key: None,
            case_instance_id: None,
            variables: Vec::new(),
            instructions: Vec::new(),
            start_event: None,
            start_event_variables: Vec::new(),
            skips: Skips::default(),
            restarted_from: None,
        }
    }
}

/// One step of a modification or of a start at arbitrary activities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Instruction {
    /// Before an activity; `ancestor` names the scope's activity instance to start in when there are several.
    StartBefore {
        activity: SmolStr,
        ancestor: Option<Id>,
        variables: Vec<NewVariable>,
    },
    /// After an activity, over its only outgoing flow.
    StartAfter {
        activity: SmolStr,
        ancestor: Option<Id>,
        variables: Vec<NewVariable>,
    },
    StartTransition {
        transition: SmolStr,
        ancestor: Option<Id>,
        variables: Vec<NewVariable>,
    },
    /// All instances of an activity.
    CancelAll {
        activity: SmolStr,
    },
    /// An activity instance.
    Cancel {
        element: Id,
    },
    /// A token behind an asynchronous continuation.
    CancelTransition {
        element: Id,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Modify {
    pub instance: Id,
    pub instructions: Vec<Instruction>,
    pub skips: Skips,
    pub annotation: Option<Arc<str>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeleteInstance {
    pub instance: Id,
    pub reason: Option<Arc<str>>,
    pub skips: Skips,
    /// `skipSubprocesses`: called instances go on by themselves. Refused: a called instance lives in its root's aggregate.
    pub skip_called: bool,
}

/// Moves an instance to another definition; every active activity must be mapped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Migrate {
    pub instance: Id,
    pub plan: crate::migration::Plan,
    pub skips: Skips,
}

/// Where variables are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VariableTarget {
    /// Where the name exists, searched from the execution outwards, else the process instance.
    Execution(Id),
    ExecutionLocal(Id),
    Task(Id),
    TaskLocal(Id),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailExternalTask {
    pub task: Id,
    pub worker: SmolStr,
    pub message: Option<Arc<str>>,
    pub details: Option<Arc<str>>,
    pub retries: i32,
    pub retry_timeout_ms: i64,
    pub variables: Vec<NewVariable>,
    pub local_variables: Vec<NewVariable>,
}

/// Fields that `PUT /task/{id}` sets: none leaves a field alone, `Some(None)` clears it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskUpdate {
    pub name: Option<Option<Arc<str>>>,
    pub description: Option<Option<Arc<str>>>,
    pub assignee: Option<Option<SmolStr>>,
    pub owner: Option<Option<SmolStr>>,
    pub delegation: Option<Option<crate::entity::DelegationState>>,
    pub priority: Option<i32>,
    pub due: Option<Option<Instant>>,
    pub follow_up: Option<Option<Instant>>,
    pub parent_task: Option<Option<SmolStr>>,
    pub case_instance_id: Option<Option<SmolStr>>,
}
