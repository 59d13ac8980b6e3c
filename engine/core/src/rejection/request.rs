//! What is wrong with a request by itself, or with what it says of something that is there.

use crate::entity::SubscriptionKind;
use smol_str::SmolStr;
use std::fmt;

/// Why nobody could do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongRequest {
    #[error("the process instance '{0}' has started already")]
    StartedAlready(SmolStr),
    /// Retries of a job.
    #[error("the retries of a job are not negative, and {0} is")]
    JobRetries(i32),
    /// Retries of an external task.
    #[error("the retries of an external task are not negative")]
    ExternalTaskRetries,
    #[error("the {0} is not positive")]
    NotPositive(Duration),
    /// How long an external task that failed rests.
    #[error("the time until a retry is not negative")]
    RetryTimeout,
    #[error("a lock that has expired cannot be extended")]
    LockExpired,
    #[error("the code of the error is empty")]
    NoErrorCode,
    #[error("the code of the escalation is empty")]
    NoEscalationCode,
    /// Incidents of jobs and external tasks are resolved by giving these retries.
    #[error("an incident of the type '{0}' is not resolved by hand")]
    IncidentOfWork(SmolStr),
    #[error("a called instance belongs to its root and cannot be left out")]
    CalledLeftOut,
    #[error("a task without a process does not know this")]
    NotOfTasksAlone,
}

/// A time that a worker names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duration {
    Lock,
    LockExtension,
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lock => "duration of a lock",
            Self::LockExtension => "time by which a lock is extended",
        })
    }
}

/// What a command needs and does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lacking {
    /// Of an ad-hoc subprocess, to be started.
    #[error("no activities are named")]
    Activities,
    #[error("the execution '{execution}' does not wait for a {} named '{}'", kind.name(), name.as_deref().unwrap_or_default())]
    Subscription { execution: SmolStr, kind: SubscriptionKind, name: Option<SmolStr> },
}
