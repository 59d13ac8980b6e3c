//! What can go wrong in the engine: one type for all who call it.
//!
//! A variant says what was tried and on what. How that is told to whom (a status, a class name, the sentence of a contract)
//! is the caller's; so are the words of a failure that is kept, see [`Words`].

use super::quota::OverQuota;
use super::registry::{DeployError, ModelError};
use casewright_engine_core::Rejection;
use casewright_engine_value::EvaluationError;
use casewright_journal::{ExecuteError, StoreError};
use smol_str::SmolStr;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

/// What the engine's operations give.
pub type EngineResult<T> = Result<T, EngineError>;

/// Puts a failure into words where it is kept: at a job, in its incident, in the log of jobs. Who reads them there reads a
/// contract, so they are those of the contract.
pub type Words = fn(&EngineError) -> String;

/// Why something was not done. Nothing has changed then, unless the variant says so.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// The core refused a command.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("there is no {what} '{id}'")]
    NotFound { what: What, id: SmolStr },
    #[error("there is a {what} '{id}' already")]
    Exists { what: What, id: SmolStr },
    #[error("the {what} '{id}' is suspended")]
    Suspended { what: What, id: SmolStr },
    /// The history of an instance that is not over stays.
    #[error("the process instance '{id}' still runs")]
    StillRunning { id: SmolStr },
    /// Definitions whose instances run stay, unless these are to go as well.
    #[error("{instances} instances of the process definition '{id}' run")]
    InstancesRun { id: SmolStr, instances: usize },
    /// A task of a process goes by its process only.
    #[error("the task '{id}' belongs to a process")]
    PartOfProcess { id: SmolStr },
    #[error("the number of retries is negative")]
    NegativeRetries,
    #[error(transparent)]
    NotCorrelated(#[from] NotCorrelated),
    #[error(transparent)]
    NotRestarted(#[from] NotRestarted),
    /// Somebody executes it at this moment.
    #[error("the job '{id}' is being executed")]
    JobAtWork { id: SmolStr },
    /// The job failed, and that is stored.
    #[error("{message}")]
    JobFailed { message: Arc<str> },
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// A file cannot be deployed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// What was deployed, or what a deletion brings back, cannot live beside what there is.
    #[error(transparent)]
    Deploy(#[from] DeployError),
    /// The organisation takes as much as it may. The call may be made again.
    #[error(transparent)]
    OverQuota(#[from] OverQuota),
    #[error("as many requests wait for external tasks as may")]
    TooManyWaiting,
    #[error("The command is too large: {bytes} bytes of changes, {limit} are allowed")]
    TooLarge { bytes: usize, limit: usize },
    /// A fault of ours; the log says where.
    #[error("The engine failed over a command on {kind} {id}; its log says where")]
    Panicked { kind: SmolStr, id: SmolStr },
    /// Work beside the engine's threads panicked, or the process is going away; the log says where.
    #[error("the engine failed over work beside its threads; its log says where")]
    Undone,
    /// The journal does not answer. The call may be made again.
    #[error("the journal is not available")]
    Unavailable,
}

impl EngineError {
    /// Which kind of failure it is, for a log: the sentence may repeat what a script or a caller wrote.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(_) => "rejected",
            Self::NotFound { .. } => "not-found",
            Self::Exists { .. } => "exists",
            Self::Suspended { .. } => "suspended",
            Self::StillRunning { .. } => "still-running",
            Self::InstancesRun { .. } => "instances-run",
            Self::PartOfProcess { .. } => "part-of-process",
            Self::NegativeRetries => "negative-retries",
            Self::NotCorrelated(_) => "not-correlated",
            Self::NotRestarted(_) => "not-restarted",
            Self::JobAtWork { .. } => "job-at-work",
            Self::JobFailed { .. } => "job-failed",
            Self::Evaluation(_) => "evaluation",
            Self::Model(_) => "model",
            Self::Deploy(_) => "deploy",
            Self::OverQuota(_) => "quota-exceeded",
            Self::TooManyWaiting => "too-many-waiting",
            Self::TooLarge { .. } => "too-large",
            Self::Panicked { .. } => "panicked",
            Self::Undone => "undone",
            Self::Unavailable => "unavailable",
        }
    }
}

/// What an id was expected to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    ProcessInstance,
    /// The instance that a modification is for.
    ModifiedInstance,
    /// The instance that a migration is for.
    MigratedInstance,
    /// An instance in history.
    PastInstance,
    /// An evaluation in history.
    PastDecision,
    Execution,
    ProcessDefinition,
    JobDefinition,
    Job,
    ExternalTask,
    Task,
    ParentTask,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProcessInstance | Self::ModifiedInstance | Self::MigratedInstance => "process instance",
            Self::PastInstance => "historic process instance",
            Self::PastDecision => "historic decision instance",
            Self::Execution => "execution",
            Self::ProcessDefinition => "process definition",
            Self::JobDefinition => "job definition",
            Self::Job => "job",
            Self::ExternalTask => "external task",
            Self::Task => "task",
            Self::ParentTask => "parent task",
        })
    }
}

/// Why a message reached nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCorrelated {
    /// Only one may get it.
    #[error("{count} executions wait for the message '{}'", spelled(.message))]
    Executions { message: Option<SmolStr>, count: usize },
    /// Only one may start.
    #[error("{count} process definitions start by the message '{}'", spelled(.message))]
    Definitions { message: Option<SmolStr>, count: usize },
    #[error("nobody waits for the message '{}'", spelled(.message))]
    Nobody { message: Option<SmolStr> },
}

/// Why an instance was not started again from its history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRestarted {
    #[error("there is no historic process instance '{0}'")]
    Unknown(SmolStr),
    #[error("the process instance '{0}' has not ended")]
    NotEnded(SmolStr),
    #[error("the process instance ran by '{own}', not by '{wanted}'")]
    OtherDefinition { own: SmolStr, wanted: SmolStr },
    #[error("the process definition '{0}' is not deployed")]
    NotDeployed(SmolStr),
}

fn spelled(message: &Option<SmolStr>) -> &str {
    message.as_deref().unwrap_or_default()
}

impl EngineError {
    /// An id that names nothing of its kind.
    pub fn not_found(what: What, id: &str) -> Self {
        Self::NotFound { what, id: id.into() }
    }

    /// Is it that what was addressed is not there (any more)?
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::NotFound { .. } | Self::Rejected(Rejection::NotFound { .. } | Rejection::Ended(_)))
    }
}

/// The machine's fault: logged here once, told without its cause.
impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = %error, source = ?error.source, "the store failed a request");
        Self::Unavailable
    }
}

impl From<Infallible> for EngineError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What the caller did wrong is told as it is; the machine's faults are logged here once, and told without their causes.
impl<R: Into<Self>> From<ExecuteError<R>> for EngineError {
    fn from(error: ExecuteError<R>) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => rejection.into(),
            ExecuteError::TooLarge { bytes, limit } => Self::TooLarge { bytes, limit },
            ExecuteError::Panicked { kind, id } => Self::Panicked { kind, id },
            ExecuteError::Unavailable(cause) => {
                tracing::error!(error = %cause, source = ?cause.source, "the journal is not available");
                Self::Unavailable
            }
            ExecuteError::NotOwner { address } => {
                tracing::warn!(%address, "another node owns the shard");
                Self::Unavailable
            }
            ExecuteError::VersionMismatch { .. } => Self::Unavailable,
        }
    }
}
