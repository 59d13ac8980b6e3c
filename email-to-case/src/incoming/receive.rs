//! From bytes to a durable mail: what every way in (SMTP, HTTP, a mailbox we read) ends with.

use crate::ACTOR;
use crate::authentication::policy::{Verdict, verdict};
use crate::config::{EmailConfig, Mailbox, Policy};
use crate::domain::mail::{Authentication, Mail, MailEvent, Origin, decide, identity};
use crate::rooms::RoomError;
use crate::smtp::{Envelope, Receive, Refusal};
use crate::state::{EmailState, Failure};
use async_trait::async_trait;
use bytes::Bytes;
use casewright_client::files::FileState;
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision, TenantId};
use std::convert::Infallible;
use tracing::{error, info};

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub mail_id: String,
    /// This mail had been delivered before.
    pub is_duplicate: bool,
}

/// Keeps the raw message as a file, then records the mail; durable when it returns. `found`: of whom it is, when that was looked at already.
///
/// # Errors
/// The file store or the journal did not take it: the sender has to keep it and come again.
pub async fn receive(
    state: &EmailState,
    mailbox: &Mailbox,
    envelope: Envelope,
    raw: Bytes,
    found: Option<Authentication>,
) -> Result<Received, Failure> {
    let tenant = TenantId::new(&mailbox.tenant);
    let journal = state.journal.tenant(&tenant);
    let mail_id = {
        let (tenant, raw) = (mailbox.tenant.clone(), raw.clone());
        state.receiving.run(move || identity::of_received(&tenant, &raw)).await?
    };
    if journal.load::<Mail>(&mail_id).await?.is_some() {
        return Ok(Received { mail_id, is_duplicate: true });
    }
    let size = u64::try_from(raw.len()).unwrap_or(u64::MAX);
    let stored =
        state.rooms.store_file(&tenant, "message.eml", "message/rfc822", raw, &format!("{mail_id}-raw")).await?;
    // Whatever a virus scanner says of it, or has still to say: it is kept, and its sender has done their part.
    if !matches!(stored.state, FileState::Ready | FileState::Scanning | FileState::Infected) {
        // Without its raw message there is no mail: its sender has to keep it.
        return Err(RoomError::NotKept(stored.state).into());
    }
    let received = MailEvent::MailReceived {
        mailbox: mailbox.address.clone(),
        process: mailbox.process.clone(),
        envelope_from: envelope.from,
        envelope_to: envelope.to,
        raw_file_id: stored.id,
        size,
        origin: Some(envelope.origin),
    };
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    let committed = journal
        .execute::<Mail, bool, Infallible, _>(&mail_id, context, move |_, context| {
            let events = decide::receive(context.version, &received, found.as_ref());
            Ok(Decision { answer: events.is_empty(), events })
        })
        .await?;
    Ok(Received { mail_id, is_duplicate: committed.answer })
}

#[async_trait]
impl Receive for EmailState {
    async fn receive(&self, envelope: Envelope, message: Vec<u8>) -> Result<(), Refusal> {
        let message = Bytes::from(message);
        let found = looked_at(self, &envelope, &message).await;
        let mails = by_tenant(&self.config, envelope.to);
        let refuses =
            |(mailbox, _): &(Mailbox, _)| verdict(mailbox.authentication, found.as_ref(), None) == Verdict::Refuse;
        if !mails.is_empty() && mails.iter().all(refuses) {
            info!("a mail was refused: the domain of its From disowns it");
            return Err(Refusal::Disowned);
        }
        for (mailbox, to) in mails {
            let envelope = Envelope { from: envelope.from.clone(), to, origin: envelope.origin.clone() };
            match receive(self, &mailbox, envelope, message.clone(), found.clone()).await {
                Ok(received) => info!(mail = received.mail_id, duplicate = received.is_duplicate, "mail received"),
                // What another organisation has kept already is known when the sender comes again.
                Err(failure) => {
                    error!(error = %Causes(&failure), "a mail could not be kept");
                    return Err(Refusal::Unavailable);
                }
            }
        }
        Ok(())
    }
}

/// Of whom the message is, if a mailbox may want its sender to be told while there is somebody to tell: a server of ours would only send the
/// refusal to whom the message names.
async fn looked_at(state: &EmailState, envelope: &Envelope, message: &Bytes) -> Option<Authentication> {
    let mut mailboxes = envelope.to.iter().filter_map(|to| state.config.mailbox(to));
    let is_strict = mailboxes.any(|mailbox| mailbox.authentication == Policy::Reject);
    if !is_strict || !matches!(envelope.origin, Origin::Sender { .. }) {
        return None;
    }
    state.authenticator.look(message.clone(), &envelope.origin, &envelope.from).await
}

/// One mail for each organisation that it is for, whichever of its mailboxes were named: of those the first, with the addresses
/// of no other organisation.
fn by_tenant(config: &EmailConfig, recipients: Vec<String>) -> Vec<(Mailbox, Vec<String>)> {
    let mut mails: Vec<(Mailbox, Vec<String>)> = Vec::new();
    for recipient in recipients {
        let Some(mailbox) = config.mailbox(&recipient) else { continue };
        match mails.iter_mut().find(|(first, _)| first.tenant == mailbox.tenant) {
            Some((_, to)) => to.push(recipient),
            None => mails.push((mailbox.clone(), vec![recipient])),
        }
    }
    mails
}
