//! What a step yields: events, effects and an answer; or a rejection, and then nothing changed.

use crate::entity::{EndState, ExternalTask};
use crate::event::Event;
use crate::ids::Id;
use crate::state::State;
use casewright_engine_value::Value;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Outcome {
    pub events: Vec<Event>,
    pub effects: Vec<Arc<Effect>>,
    pub answer: Answer,
    /// The state with the events applied, for whoever wants to go on deciding from it.
    pub state: State,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Done,
    Started {
        instance: Id,
        /// None: it waits somewhere. The state it ended in otherwise.
        ended: Option<EndState>,
        /// Variables of the process instance after the step (its last ones when it ended).
        variables: Vec<(SmolStr, Value)>,
    },
    /// Of a task or execution command: variables visible afterwards in the process instance (its last ones when it ended).
    Completed {
        instance: Id,
        ended: Option<EndState>,
        variables: Vec<(SmolStr, Value)>,
    },
    Locked(Vec<Arc<ExternalTask>>),
    IncidentCreated(Id),
    /// The job failed and this is stored; a REST caller gets 500 with the message.
    JobFailed {
        job: Id,
        message: Arc<str>,
    },
}

/// Something to be done on other root instances after the commit, at least once; doing it twice changes nothing because
/// of `id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// Unique over the installation, the same when the entry is read again.
    pub id: SmolStr,
    pub action: EffectAction,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum EffectAction {
    /// To all subscriptions and start events of that name.
    BroadcastSignal {
        name: SmolStr,
        variables: Vec<(SmolStr, Value)>,
        tenant_id: Option<SmolStr>,
        /// Those of the thrower's own root instance have got it already; not so when it was thrown with `camunda:async`.
        own_root_has_it: bool,
    },
    /// `createMessageCorrelation` from a script.
    CorrelateMessage {
        name: SmolStr,
        business_key: Option<SmolStr>,
        process_instance_id: Option<SmolStr>,
        correlation_keys: Vec<(SmolStr, Value)>,
        variables: Vec<(SmolStr, Value)>,
        tenant_id: Option<SmolStr>,
    },
}

/// The caller's fault, or an evaluation that failed in a caller's request: nothing changed. `Display` is the message of
/// the contract.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Rejection {
    #[error("{message}")]
    NotFound { kind: Missing, id: SmolStr, message: String },
    /// The caller asked for what cannot be.
    #[error("{0}")]
    BadRequest(String),
    /// An argument is missing.
    #[error("{0}")]
    NullValue(String),
    #[error("{0}")]
    NotValid(String),
    #[error("ENGINE-03043 {0}")]
    Suspended(String),
    #[error("Task '{task}' is already claimed by someone else.")]
    AlreadyClaimed { task: SmolStr, assignee: SmolStr },
    #[error("{0}")]
    WrongWorker(String),
    #[error(
        "ENGINE-02004 No outgoing sequence flow for the element with id '{element}' could be selected for continuing the process."
    )]
    NoOutgoingFlow { element: SmolStr },
    #[error("ENGINE-02043 {0}")]
    UnhandledEscalation(String),
    #[error("ENGINE-02042 {0}")]
    UnhandledError(String),
    /// An expression, script, decision or listener failed.
    #[error("{0}")]
    Evaluation(String),
    /// One command would do more than one may: too many instances, events or bytes, at this element.
    #[error("{what} at '{element}' exceeds the limit of {limit} for one command")]
    Limit { element: SmolStr, what: &'static str, limit: usize },
    /// The engine refuses to go on: a definition is missing, a loop never waits.
    #[error("{0}")]
    Engine(String),
    /// A fault of ours came up while deciding.
    #[error("{0}")]
    Panicked(String),
    /// Something of the instance has no place in the target of its migration.
    #[error("{0}")]
    Migration(Box<crate::migration::InstanceReport>),
    #[error("process instance {0} has ended")]
    Ended(SmolStr),
}

impl Rejection {
    /// Stable, kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::BadRequest(_) => "bad-request",
            Self::NullValue(_) => "null-value",
            Self::NotValid(_) => "not-valid",
            Self::Suspended(_) => "suspended",
            Self::AlreadyClaimed { .. } => "already-claimed",
            Self::WrongWorker(_) => "wrong-worker",
            Self::NoOutgoingFlow { .. } => "no-outgoing-flow",
            Self::UnhandledEscalation(_) => "unhandled-escalation",
            Self::UnhandledError(_) => "unhandled-error",
            Self::Evaluation(_) => "evaluation-failed",
            Self::Limit { .. } => "limit-exceeded",
            Self::Panicked(_) => "internal",
            Self::Engine(_) => "engine",
            Self::Migration(_) => "migration-impossible",
            Self::Ended(_) => "instance-ended",
        }
    }
}

/// What was looked for and is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    ProcessInstance,
    Execution,
    Task,
    ExternalTask,
    Job,
    Subscription,
    Incident,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProcessInstance => "process instance",
            Self::Execution => "execution",
            Self::Task => "task",
            Self::ExternalTask => "external task",
            Self::Job => "job",
            Self::Subscription => "event subscription",
            Self::Incident => "incident",
        })
    }
}
