//! Hands queued mail to the relay, at least once: a mail that was taken but not recorded as sent is handed over again under the
//! same message id, by which its receiver knows it.
//!
//! Every recipient is a transaction of its own: one that is refused must not keep the mail from the others, and one that
//! was served is not served again when another has to wait.

use crate::ACTOR;
use crate::domain::mail::{Content, Mail, MailEvent, MailState};
use crate::outgoing::message;
use crate::state::{EmailState, Failure};
use async_trait::async_trait;
use casewright_client::{CallError, Refused};
use casewright_delivery::{Deliver, DeliveryError, Next, Patience, RelayError, Smtp};
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision, TenantId};
use casewright_service::Shutdown;
use lettre::Address;
use lettre::address::Envelope;
use reqwest::StatusCode;
use std::convert::Infallible;
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
pub(super) async fn run(state: EmailState, shutdown: Shutdown) -> Result<(), RelayError> {
    if state.config.relay.host.is_empty() {
        warn!("no mail relay is configured (mail.relay.host): outgoing mail waits");
        return Ok(());
    }
    let relay = Smtp::new(&state.config.relay, Some(&state.config.host_name))?;
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
    let now = state.journal.clock().now().as_millisecond();
    conclude(state, tenant, mail_id, passing, last_answer, now).await
}

/// What the attempt comes to, as all of its recipients stand now.
async fn conclude(
    state: &EmailState,
    tenant: &TenantId,
    mail_id: &str,
    passing: Option<String>,
    answer: String,
    now: i64,
) -> Result<(), Failure> {
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(mail_id).await? else {
        return Ok(());
    };
    let attempt = mail.attempts + 1;
    let patience = Patience { attempts: state.config.send_attempts, first_pause: FIRST_PAUSE };
    if let (Some(problem), Next::Again(pause)) = (&passing, patience.after(attempt)) {
        let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        warn!(mail = mail_id, problem, attempt, pause, "mail not taken; trying again");
        let delayed = MailEvent::SendDelayed { problem: problem.clone(), attempt, next_at: now.saturating_add(pause) };
        return record(state, tenant, mail_id, vec![delayed]).await;
    }
    let mut undelivered: Vec<(String, String)> =
        mail.refused().map(|(to, delivery)| (to.clone(), delivery.answer.clone())).collect();
    let mut events = Vec::new();
    if let Some(problem) = passing {
        error!(mail = mail_id, problem, attempt, "mail given up");
        for to in mail.pending() {
            events.push(MailEvent::RecipientRefused { to: to.clone(), problem: problem.clone() });
            undelivered.push((to.clone(), problem.clone()));
        }
    }
    let bounced = mail.deliveries.iter().filter(|(_, delivery)| delivery.state == MailState::Bounced);
    // A report came about some while others still waited.
    let bounced: Vec<(String, String)> = bounced.map(|(to, delivery)| (to.clone(), delivery.answer.clone())).collect();
    if undelivered.len() == mail.recipients.len() {
        let problem = undelivered.into_iter().next().map(|(_, problem)| problem).unwrap_or_default();
        events.push(MailEvent::SendFailed { problem });
    } else {
        events.push(MailEvent::MailSent { answer });
        // Some have it, and who wrote it has to know who does not.
        events.extend(undelivered.into_iter().chain(bounced).map(|(to, problem)| MailEvent::MailBounced {
            recipient: Some(to),
            status: Some(problem),
            report_mail_id: None,
        }));
    }
    record(state, tenant, mail_id, events).await
}

/// Appends the events if the mail still waits to be sent.
async fn record(state: &EmailState, tenant: &TenantId, mail_id: &str, events: Vec<MailEvent>) -> Result<(), Failure> {
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    state
        .journal
        .tenant(tenant)
        .execute::<Mail, (), Infallible, _>(mail_id, context, move |mail, _| {
            let events = if mail.state == MailState::Queued { events.clone() } else { Vec::new() };
            Ok(Decision { events, answer: () })
        })
        .await?;
    Ok(())
}

async fn written(state: &EmailState, tenant: &TenantId, content: &Content) -> Result<Vec<u8>, DeliveryError> {
    let mut files = Vec::with_capacity(content.attachments.len());
    for attachment in &content.attachments {
        let file = state.rooms.read_file(tenant, &attachment.file_id).await;
        files.push(file.map_err(|error| match &error {
            CallError::Refused(Refused { status: StatusCode::NOT_FOUND | StatusCode::GONE, text, .. }) => {
                DeliveryError::Final(format!("attachment '{}' is not there: {text}", attachment.name))
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
