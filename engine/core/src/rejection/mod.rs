//! Why a command was not carried out: facts by type, for callers to decide by and to put into the words of their interface.
//!
//! `Display` is a plain sentence for logs and for interfaces that have no words of their own. Where the text of a rejection
//! becomes part of a process (the message of a failed job, what a script catches), [`crate::Env::words`] tells it.

mod failure;
mod impasse;
mod misplaced;
mod request;

pub use failure::{Delegate, Failure, Mapper};
pub use impasse::{Called, Impasse};
pub use misplaced::{InstanceKind, Misplaced};
pub use request::{Duration, Lacking, WrongRequest};

use crate::migration::InstanceReport;
use smol_str::SmolStr;
use std::fmt;

/// The caller's fault, or an evaluation that failed in a caller's request: nothing changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Rejection {
    #[error("there is no {kind} '{id}'")]
    NotFound { kind: Subject, id: SmolStr, sought: Sought },
    /// The caller asked for what cannot be.
    #[error(transparent)]
    BadRequest(#[from] WrongRequest),
    /// Something that the command needs was not given, or is not there.
    #[error(transparent)]
    NullValue(#[from] Lacking),
    #[error(transparent)]
    NotValid(#[from] Misplaced),
    #[error("the {kind} '{id}' is suspended")]
    Suspended { kind: Subject, id: SmolStr },
    #[error("the task '{task}' is claimed by somebody else")]
    AlreadyClaimed { task: SmolStr, assignee: SmolStr },
    /// An external task is locked by `owner`, or by nobody, and `worker` wanted to do something with it.
    #[error("the external task '{task}' is not the worker '{worker}'s to {deed}: {}", held_by(.owner.as_ref()))]
    WrongWorker { task: SmolStr, worker: SmolStr, owner: Option<SmolStr>, deed: Deed },
    /// No flow out of a gateway is open.
    #[error("no flow out of the gateway '{element}' is open")]
    NoOutgoingFlow { element: SmolStr },
    #[error("nobody handles the escalation '{code}' of the execution '{execution}'")]
    UnhandledEscalation { execution: SmolStr, code: SmolStr },
    /// A BPMN error that nothing catches, of an activity or thrown where there is none.
    #[error("nobody handles the error '{code}'{}", thrown_at(.activity.as_ref()))]
    UnhandledError { activity: Option<SmolStr>, code: String, message: Option<String> },
    /// An expression, script, decision or listener failed.
    #[error(transparent)]
    Evaluation(#[from] Failure),
    /// One command would do more than one may: too many instances, events or bytes, at this element.
    #[error("{what} at '{element}' exceeds the limit of {limit} for one command")]
    Limit { element: SmolStr, what: &'static str, limit: usize },
    /// The engine refuses to go on: a definition is missing, a loop never waits.
    #[error(transparent)]
    Engine(#[from] Impasse),
    /// A fault of ours came up while deciding.
    #[error("{0}")]
    Panicked(String),
    /// Something of the instance has no place in the target of its migration.
    #[error("{0}")]
    Migration(Box<InstanceReport>),
    #[error("process instance {0} has ended")]
    Ended(SmolStr),
}

fn held_by(owner: Option<&SmolStr>) -> String {
    owner.map_or_else(|| "nobody has it".to_owned(), |owner| format!("'{owner}' has it"))
}

fn thrown_at(activity: Option<&SmolStr>) -> String {
    activity.map(|activity| format!(" of '{activity}'")).unwrap_or_default()
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
            Self::Suspended { .. } => "suspended",
            Self::AlreadyClaimed { .. } => "already-claimed",
            Self::WrongWorker { .. } => "wrong-worker",
            Self::NoOutgoingFlow { .. } => "no-outgoing-flow",
            Self::UnhandledEscalation { .. } => "unhandled-escalation",
            Self::UnhandledError { .. } => "unhandled-error",
            Self::Evaluation(_) => "evaluation-failed",
            Self::Limit { .. } => "limit-exceeded",
            Self::Panicked(_) => "internal",
            Self::Engine(_) => "engine",
            Self::Migration(_) => "migration-impossible",
            Self::Ended(_) => "instance-ended",
        }
    }
}

/// What a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    ProcessInstance,
    Execution,
    Task,
    ExternalTask,
    Job,
    Subscription,
    Incident,
}

impl fmt::Display for Subject {
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

/// What of a subject was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    Itself,
    Variables,
}

/// What a worker does with an external task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Lock,
    ExtendLock,
    Complete,
    ReportFailure,
    ReportError,
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lock => "lock",
            Self::ExtendLock => "keep",
            Self::Complete => "complete",
            Self::ReportFailure => "report a failure of",
            Self::ReportError => "report an error of",
        })
    }
}
