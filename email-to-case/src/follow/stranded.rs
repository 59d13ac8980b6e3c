//! Notices the end of a mail's process that left the mail in no case: its steps failed and were undone, or it never came to
//! one. Nobody goes on with such a mail unless a person does, so it is listed where people look.

use crate::ACTOR;
use crate::domain::mail::{Mail, decide};
use crate::state::EmailState;
use casewright_bus::{EntryEnvelope, HandlerError};
use casewright_contracts::ProcessEvent;
use casewright_contracts::process::InstanceEnded;
use casewright_journal::{Causes, CommandContext, Decision};
use std::convert::Infallible;

/// Under this name it is known how far the engine's log was read.
pub(super) const CONSUMER: &str = "email-to-case-processes";

/// One entry of the engine's log.
///
/// # Errors
/// The journal does not answer: try again.
pub(super) async fn consume(state: EmailState, entry: EntryEnvelope) -> Result<(), HandlerError> {
    let event = ProcessEvent::read(&entry.event, &entry.payload)
        .map_err(|error| HandlerError::give_up(format!("unknown event: {error}")))?;
    let ProcessEvent::InstanceEnded(InstanceEnded { instance, .. }) = event else {
        return Ok(());
    };
    // The business key of a mail's process is the mail's id.
    let Some(mail_id) = instance.business_key.as_ref().filter(|_| instance.is_root()) else {
        return Ok(());
    };
    let journal = state.journal.tenant(&entry.tenant);
    let unavailable = |error: &dyn std::error::Error| HandlerError::retry(Causes(error).to_string());
    if journal.load::<Mail>(mail_id).await.map_err(|error| unavailable(&error))?.is_none() {
        return Ok(());
    }
    let context = CommandContext { actor: ACTOR.into(), cause: entry.entry_id().into(), ..CommandContext::default() };
    let (process, process_instance_id) = (instance.definition.key, entry.id.to_string());
    journal
        .execute::<Mail, (), Infallible, _>(mail_id, context, move |mail, _| {
            Ok(Decision { events: decide::ended(mail, &process, &process_instance_id), answer: () })
        })
        .await
        .map_err(|error| unavailable(&error))?;
    Ok(())
}
