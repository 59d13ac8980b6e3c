//! What can go wrong here, and how it is told over HTTP.

use axum::http::StatusCode;
use casewright_journal::{ExecuteError, StoreError};
use casewright_service::Problem;
use std::path::PathBuf;

/// Why access could not be set up or an account could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("the key file {} cannot be used: {reason}", path.display())]
    KeyFile { path: PathBuf, reason: String },
    /// The journal was sealed with another key file: restore it, or nobody can sign in.
    #[error("the signing keys in the journal were sealed with another key file")]
    WrongKeyFile,
    #[error("a signing key could not be made")]
    KeyGeneration,
    /// Several nodes share the journal, and the one that looks after the keys has made none.
    #[error("there is no signing key yet, and the node that should make one does not; start again when it is up")]
    NoKey,
    #[error("the policy {name} cannot be used: {reason}")]
    Policy { name: String, reason: String },
    #[error("the policy folder {} cannot be read", path.display())]
    PolicyFolder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("access.built_in_passwords is off and there is no access.oidc: nobody could sign in")]
    NobodySignsIn,
    #[error("access.second_factor is required-for, and access.second_factor_roles names none of the roles {}", crate::subject::role::OF_PEOPLE.join(", "))]
    NoRolesForSecondFactor,
    #[error("{key} is not a URL: {value}")]
    Url { key: &'static str, value: String },
    /// The caller's fault: what the account should become is not acceptable.
    #[error("{0}")]
    Account(Problem),
    #[error("the journal did not answer")]
    Journal(#[source] StoreError),
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error)
    }
}

impl From<Problem> for AccessError {
    fn from(problem: Problem) -> Self {
        Self::Account(problem)
    }
}

impl AccessError {
    /// As it is told over HTTP; what is the machine's fault is logged here, once.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Account(problem) => problem,
            Self::Journal(error) => store_problem(&error),
            other => {
                tracing::error!(error = %other, "access failed");
                Problem::internal()
            }
        }
    }
}

/// A command's failure as a problem: stale version 412, store 503, too large 413, another node's shard 421.
#[must_use]
pub fn problem_of(error: ExecuteError<Problem>) -> Problem {
    match error {
        ExecuteError::Rejected(problem) => problem,
        ExecuteError::VersionMismatch { actual, .. } => Problem::precondition_failed(actual),
        ExecuteError::Unavailable(error) => store_problem(&error),
        ExecuteError::TooLarge { limit, .. } => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            format!("This change is larger than the {limit} bytes one change may have."),
        ),
        ExecuteError::Panicked { .. } => Problem::internal(),
        ExecuteError::NotOwner { .. } => Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "not-owner",
            "Another node answers for this aggregate; try again.",
        )
        .retry_after(1),
    }
}

/// The store did not answer: 503, and the cause in the log. A cursor that is none of the list is its caller's fault: 400.
#[must_use]
pub fn store_problem(error: &StoreError) -> Problem {
    if error.is_foreign_cursor() {
        return Problem::invalid_cursor();
    }
    tracing::error!(error = %error, cause = ?error.source, "the journal did not answer");
    Problem::unavailable("The journal does not answer right now; try again.")
}
