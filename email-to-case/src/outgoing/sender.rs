//! Hands queued mail to the relay, at least once: a mail that was taken but not recorded as sent is handed over again under the
//! same message id, by which its receiver knows it.
//!
//! Every recipient is a transaction of its own: one that is refused must not keep the mail from the others, and one that
//! was served is not served again when another has to wait.

use super::message;
use crate::ACTOR;
use crate::config::{Relay, Tls};
use crate::mail::{Content, Mail, MailEvent, MailState};
use crate::state::{EmailState, Failure};
use crate::view::MAIL;
use casewright_client::{CallError, Refused};
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision, Filter, Query, Sort, TenantId};
use casewright_service::Shutdown;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as Encryption, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::StatusCode;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use tracing::{error, info, warn};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How often due mail is looked for when nobody wakes the sender.
const ROUND: Duration = Duration::from_secs(2);
/// Mails handed over in one round.
const ROUND_SIZE: u64 = 50;
const FIRST_PAUSE_MS: i64 = 5_000;
const LONGEST_PAUSE_MS: i64 = 3_600_000;

/// Why the relay did not take a mail.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("{0}")]
    Passing(String),
    /// The relay refused it for good (5xx), or it cannot be written as a message.
    #[error("{0}")]
    Final(String),
}

/// Sends until a stop is requested. Returns at once when no relay is configured: queued mail then waits in the journal.
///
/// # Errors
/// The relay's settings cannot be used.
pub async fn run(state: EmailState, shutdown: Shutdown) -> Result<(), lettre::transport::smtp::Error> {
    if state.config.relay.host.is_empty() {
        warn!("no mail relay is configured (mail.relay.host): outgoing mail waits");
        return Ok(());
    }
    let transport = transport(&state.config.relay, &state.config.host_name)?;
    while !shutdown.is_requested() {
        if let Err(failure) = Box::pin(round(&state, &transport)).await {
            warn!(error = %Causes(&failure), "outgoing mail could not be looked through");
        }
        tokio::select! {
            () = shutdown.requested() => {}
            () = state.outbox.notified() => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
    Ok(())
}

fn transport(relay: &Relay, host_name: &str) -> Result<Transport, lettre::transport::smtp::Error> {
    let encryption = match relay.tls {
        Tls::None => Encryption::None,
        Tls::Starttls => Encryption::Required(TlsParameters::new(relay.host.clone())?),
        Tls::Tls => Encryption::Wrapper(TlsParameters::new(relay.host.clone())?),
    };
    let mut builder = Transport::builder_dangerous(&relay.host).port(relay.port).tls(encryption);
    builder = builder.hello_name(ClientId::Domain(host_name.to_owned()));
    if !relay.user.is_empty() {
        builder = builder.credentials(Credentials::new(relay.user.clone(), relay.password.reveal().to_owned()));
    }
    Ok(builder.timeout(Some(Duration::from_secs(30))).build())
}

async fn round(state: &EmailState, transport: &Transport) -> Result<(), Failure> {
    let now = state.journal.clock().now().as_millisecond();
    let filter = Filter::And(vec![Filter::NotNull("nextAt".into()), Filter::Lte("nextAt".into(), json!(now))]);
    let mut query = Query::new(MAIL, filter);
    query.sort = vec![Sort { field: "nextAt".into(), descending: false }];
    query.limit = Some(ROUND_SIZE);
    for (id, row) in state.journal.system_query_all_tenants(&query).await?.rows {
        let tenant = row.get("tenant").and_then(|value| value.as_str()).unwrap_or(TenantId::DEFAULT);
        Box::pin(send(state, transport, &TenantId::new(tenant), &id)).await?;
    }
    Ok(())
}

async fn send(state: &EmailState, transport: &Transport, tenant: &TenantId, mail_id: &str) -> Result<(), Failure> {
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
        Err(SendError::Final(problem)) => {
            error!(mail = mail_id, problem, "mail cannot be sent");
            return record(state, tenant, mail_id, vec![MailEvent::SendFailed { problem }]).await;
        }
        Err(SendError::Passing(problem)) => {
            passing = Some(problem);
            None
        }
    };
    for to in mail.pending() {
        let Some(bytes) = &bytes else { break };
        let event = match hand_over(transport, &content.from.address, to, bytes).await {
            Ok(answer) => {
                info!(mail = mail_id, "mail taken by the relay");
                last_answer.clone_from(&answer);
                MailEvent::RecipientTaken { to: to.clone(), answer }
            }
            Err(SendError::Final(problem)) => {
                error!(mail = mail_id, problem, "mail refused for good");
                MailEvent::RecipientRefused { to: to.clone(), problem }
            }
            Err(SendError::Passing(problem)) => {
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
    if let Some(problem) = passing.clone().filter(|_| attempt < state.config.send_attempts) {
        let pause = pause_after(attempt);
        warn!(mail = mail_id, problem, attempt, pause, "mail not taken; trying again");
        let delayed = MailEvent::SendDelayed { problem, attempt, next_at: now + pause };
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

/// 10 s, 20 s, 40 s ... up to an hour.
fn pause_after(attempt: u32) -> i64 {
    (FIRST_PAUSE_MS << attempt.min(16)).min(LONGEST_PAUSE_MS)
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

async fn written(state: &EmailState, tenant: &TenantId, content: &Content) -> Result<Vec<u8>, SendError> {
    let mut files = Vec::with_capacity(content.attachments.len());
    for attachment in &content.attachments {
        let file = state.rooms.read_file(tenant, &attachment.file_id).await;
        files.push(file.map_err(|error| match &error {
            CallError::Refused(Refused { status: StatusCode::NOT_FOUND | StatusCode::GONE, text, .. }) => {
                SendError::Final(format!("attachment '{}' is not there: {text}", attachment.name))
            }
            _ => SendError::Passing(format!("attachment '{}': {}", attachment.name, Causes(&Failure::from(error)))),
        })?);
    }
    message::write(content, &files)
}

/// One SMTP transaction for one recipient; what the relay answered.
async fn hand_over(transport: &Transport, from: &str, to: &str, bytes: &[u8]) -> Result<String, SendError> {
    let address = |text: &str| {
        text.parse::<Address>().map_err(|error| SendError::Final(format!("'{text}' is no mail address: {error}")))
    };
    let envelope =
        Envelope::new(Some(address(from)?), vec![address(to)?]).map_err(|error| SendError::Final(error.to_string()))?;
    match transport.send_raw(&envelope, bytes).await {
        Ok(response) => Ok(response.message().collect::<Vec<_>>().join(" ")),
        Err(error) if error.is_permanent() && !is_about_us(&error) => Err(SendError::Final(error.to_string())),
        Err(error) => Err(SendError::Passing(error.to_string())),
    }
}

/// Whether the relay will not talk to us at all (530 to 538, RFC 4954): for who configures it to mend, and no reason to give mail up.
fn is_about_us(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| (530..540).contains(&u16::from(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        assert_eq!([1, 2, 3].map(pause_after), [10_000, 20_000, 40_000]);
        assert_eq!(pause_after(10), LONGEST_PAUSE_MS);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE_MS);
    }
}
