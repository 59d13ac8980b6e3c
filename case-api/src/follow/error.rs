//! Why an entry could not be handled now, and whether a retry can mend it.

use crate::repository::CaseError;
use casewright_bus::HandlerError;
use casewright_client::CallError;
use casewright_journal::StoreError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    #[error("event {event} number {seq} of {id} cannot be read")]
    Unreadable {
        event: String,
        id: String,
        seq: u64,
        #[source]
        source: serde_json::Error,
    },
    #[error("a case could not be changed")]
    Case(#[from] CaseError),
    #[error("another room did not do it")]
    Room(#[from] CallError),
    #[error("the journal did not answer")]
    Store(#[from] StoreError),
}

impl FollowError {
    /// What no retry can mend is given up, and parked for a person.
    pub(super) fn into_handler_error(self) -> HandlerError {
        match self {
            error @ Self::Unreadable { .. } => HandlerError::give_up(error.to_string()),
            error => HandlerError::retry_because("the entry could not be handled", error),
        }
    }
}
