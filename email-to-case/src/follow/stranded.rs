//! Notices the end of a mail's process that left the mail in no case: its steps failed and were undone, or it never came to
//! one. Nobody goes on with such a mail unless a person does, so it is listed where people look.

use crate::ACTOR;
use crate::domain::mail::{Mail, MailState, decide};
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
/// The journal does not answer, or the start of the process is not noted yet: try again.
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
    let Some((mail, _)) = journal.load::<Mail>(mail_id).await.map_err(|error| unavailable(&error))? else {
        return Ok(());
    };
    if mail.state == MailState::Parsed {
        return Err(HandlerError::retry("the start of the mail's process is not noted yet"));
    }
    let context = CommandContext { actor: ACTOR.into(), cause: entry.entry_id().into(), ..CommandContext::default() };
    let process_instance_id = entry.id.to_string();
    journal
        .execute::<Mail, (), Infallible, _>(mail_id, context, move |mail, _| {
            let stranded = decide::strand(mail, &process_instance_id);
            Ok(Decision { events: stranded.into_iter().collect(), answer: () })
        })
        .await
        .map_err(|error| unavailable(&error))?;
    Ok(())
}
