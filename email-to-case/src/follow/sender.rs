//! Hands queued mail to the relay, at least once: a mail that was taken but not recorded as sent is handed over again under the
//! same message id, by which its receiver knows it.
//!
//! Every recipient is a transaction of its own: one that is refused must not keep the mail from the others, and one that
//! was served is not served again when another has to wait.

use crate::domain::mail::decide::{self, Attempt};
use crate::domain::mail::{Content, Mail, MailEvent, MailState};
use crate::outgoing::message;
use crate::state::{EmailState, Failure};
use async_trait::async_trait;
use casewright_client::{CallError, Refused};
use casewright_delivery::{Deliver, DeliveryError, Patience, RelayError, Signer, Smtp};
use casewright_journal::{Causes, TenantId};
use casewright_service::Shutdown;
use lettre::Address;
use lettre::address::Envelope;
use reqwest::StatusCode;
use std::time::Duration;
use tracing::{error, info, warn};

/// Mails handed over in one round.
pub(crate) const ROUND_SIZE: u64 = 50;
/// Pause after the first attempt that failed.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// Sends until a stop is requested. Returns at once when no relay is configured: queued mail then waits in the journal.
///
/// # Errors
/// The relay's settings cannot be used.
pub(super) async fn run(state: EmailState, signer: Signer, shutdown: Shutdown) -> Result<(), RelayError> {
    if state.config.relay.host.is_empty() {
        warn!("no mail relay is configured (mail.relay.host): outgoing mail waits");
        return Ok(());
    }
    let relay = Smtp::new(&state.config.relay, Some(&state.config.host_name), signer)?;
    let outbox = state.outbox.clone();
    outbox.run(&Sender { state, relay }, &shutdown).await;
    Ok(())
}

/// The room, with the relay that takes its mail.
struct Sender {
    state: EmailState,
    relay: Smtp,
}

#[async_trait]
impl Deliver for Sender {
    type Error = Failure;

    async fn deliver(&self, tenant: &TenantId, mail_id: &str) -> Result<(), Failure> {
        send(&self.state, &self.relay, tenant, mail_id).await
    }
}

async fn send(state: &EmailState, relay: &Smtp, tenant: &TenantId, mail_id: &str) -> Result<(), Failure> {
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(mail_id).await? else {
        return Ok(());
    };
    let (MailState::Queued, Some(content)) = (mail.state, &mail.content) else {
        return Ok(());
    };
    let mut passing = None;
    let mut last_answer = String::new();
    let bytes = match written(state, tenant, content).await {
        Ok(bytes) => Some(bytes),
        Err(DeliveryError::Final(problem)) => {
            error!(mail = mail_id, problem, "mail cannot be sent");
            return record(state, tenant, mail_id, vec![MailEvent::SendFailed { problem }]).await;
        }
        Err(DeliveryError::Passing(problem)) => {
            passing = Some(problem);
            None
        }
    };
    for to in mail.pending() {
        let Some(bytes) = &bytes else { break };
        let event = match hand_over(relay, &content.from.address, to, bytes).await {
            Ok(answer) => {
                info!(mail = mail_id, "mail taken by the relay");
                last_answer.clone_from(&answer);
                MailEvent::RecipientTaken { to: to.clone(), answer }
            }
            Err(DeliveryError::Final(problem)) => {
                error!(mail = mail_id, problem, "mail refused for good");
                MailEvent::RecipientRefused { to: to.clone(), problem }
            }
            Err(DeliveryError::Passing(problem)) => {
                passing = Some(problem);
                continue;
            }
        };
        record(state, tenant, mail_id, vec![event]).await?;
    }
    let at = state.journal.clock().now().as_millisecond();
    conclude(state, tenant, mail_id, &Attempt { passing, answer: last_answer, at }).await
}

/// What the attempt comes to, as all of its recipients stand now.
async fn conclude(state: &EmailState, tenant: &TenantId, mail_id: &str, attempt: &Attempt) -> Result<(), Failure> {
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(mail_id).await? else {
        return Ok(());
    };
    let patience = Patience { attempts: state.config.send_attempts, first_pause: FIRST_PAUSE };
    let events = decide::attempted(&mail, attempt, patience);
    if let [MailEvent::SendDelayed { problem, attempt, next_at }] = events.as_slice() {
        warn!(mail = mail_id, problem, attempt, next_at, "mail not taken; trying again");
    } else if let Some(problem) = &attempt.passing {
        error!(mail = mail_id, problem, attempt = mail.attempts + 1, "mail given up");
    }
    record(state, tenant, mail_id, events).await
}

/// Appends the events if the mail still waits to be sent.
async fn record(state: &EmailState, tenant: &TenantId, mail_id: &str, events: Vec<MailEvent>) -> Result<(), Failure> {
    state.decide(tenant, mail_id, move |mail| decide::only_in(MailState::Queued, mail, &events)).await
}

async fn written(state: &EmailState, tenant: &TenantId, content: &Content) -> Result<Vec<u8>, DeliveryError> {
    let mut files = Vec::with_capacity(content.attachments.len());
    for attachment in &content.attachments {
        let file = state.rooms.read_file(tenant, &attachment.file_id).await;
        files.push(file.map_err(|error| match &error {
            CallError::Refused(Refused { status: StatusCode::NOT_FOUND | StatusCode::GONE, text, .. }) => {
                DeliveryError::Final(format!("attachment '{}' is not there: {text}", attachment.name))
            }
            CallError::Refused(Refused { code, text, .. }) if code == "file-infected" => {
                DeliveryError::Final(format!("attachment '{}' is not sent: {text}", attachment.name))
            }
            _ => DeliveryError::Passing(format!("attachment '{}': {}", attachment.name, Causes(&Failure::from(error)))),
        })?);
    }
    message::write(content, &files)
}

/// One SMTP transaction for one recipient; what the relay answered.
async fn hand_over(relay: &Smtp, from: &str, to: &str, bytes: &[u8]) -> Result<String, DeliveryError> {
    let address = |text: &str| {
        text.parse::<Address>().map_err(|error| DeliveryError::Final(format!("'{text}' is no mail address: {error}")))
    };
    let envelope = Envelope::new(Some(address(from)?), vec![address(to)?]);
    let envelope = envelope.map_err(|error| DeliveryError::Final(error.to_string()))?;
    Ok(relay.send(&envelope, bytes).await?.lines.join(" "))
}
