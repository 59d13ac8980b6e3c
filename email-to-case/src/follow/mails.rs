//! Understands mails behind the commit, and starts their processes.

use crate::domain::mail::MailEvent;
use crate::incoming::understand;
use crate::state::{EmailState, Failure};
use casewright_bus::{EntryEnvelope, HandlerError};
use casewright_journal::Causes;

/// Under this name it is known how far the log of mails was read.
pub(super) const CONSUMER: &str = "email-to-case";

/// One entry of a mail.
///
/// # Errors
/// A room did not answer, or the journal: try again.
pub(super) async fn consume(state: EmailState, entry: EntryEnvelope) -> Result<(), HandlerError> {
    let event: MailEvent = entry.payload().map_err(|error| HandlerError::give_up(format!("unknown event: {error}")))?;
    let done = match event {
        MailEvent::MailReceived { .. } | MailEvent::MailReprocessed { .. } => {
            Box::pin(understand::parse(&state, &entry.tenant, &entry.id)).await
        }
        MailEvent::MailParsed { .. } => {
            Box::pin(understand::start_process(&state, &entry.tenant, &entry.id)).await.map(drop)
        }
        _ => Ok(()),
    };
    if matches!(done, Err(Failure::Stopping)) {
        // Neither handled nor failed: this ends with the subscription, and the entry comes again.
        return std::future::pending().await;
    }
    done.map_err(|failure| HandlerError::retry(Causes(&failure).to_string()))
}
