//! What the room's parts share, and the one way in which they fail.

use crate::config::EmailConfig;
use crate::rooms::{RoomError, Rooms};
use crate::thread::Tokens;
use casewright_access::Access;
use casewright_journal::Causes;
use casewright_journal::{ExecuteError, Journal, StoreError};
use casewright_service::Problem;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::Notify;

/// The mail room. Cloning is cheap.
#[derive(Clone)]
pub struct EmailState {
    pub journal: Journal,
    pub access: Access,
    pub rooms: Rooms,
    pub config: Arc<EmailConfig>,
    pub tokens: Tokens,
    /// Wakes the sender when a mail was queued.
    pub(crate) outbox: Arc<Notify>,
}

impl EmailState {
    /// `secret` signs thread tokens; the same on every node and across restarts.
    #[must_use]
    pub fn new(journal: Journal, access: Access, rooms: Rooms, config: EmailConfig, secret: &[u8]) -> Self {
        let outbox = Arc::new(Notify::new());
        Self { journal, access, rooms, config: Arc::new(config), tokens: Tokens::new(secret), outbox }
    }
}

impl axum::extract::FromRef<EmailState> for Access {
    fn from_ref(state: &EmailState) -> Self {
        state.access.clone()
    }
}

/// Why a step was not done; all of these may pass.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the journal is not available")]
    Store(#[from] StoreError),
    #[error("the journal did not take the command")]
    Command(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("another room did not do its part")]
    Room(#[from] RoomError),
    #[error("the mail it answers is still being processed")]
    NotYet,
}

impl From<ExecuteError<Infallible>> for Failure {
    fn from(error: ExecuteError<Infallible>) -> Self {
        Self::Command(Box::new(error))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match &failure {
            Failure::Room(RoomError::Refused { status, detail, .. }) if status.is_client_error() => {
                Problem::unprocessable("refused-by-room", detail.clone())
            }
            _ => {
                tracing::error!(error = %Causes(&failure), "a mail request failed");
                Problem::unavailable("The mail room cannot do this now; nothing was changed.")
            }
        }
    }
}
