//! Hands queued mail to the relay, at least once: a mail that was taken but not recorded as sent is handed over again under the
//! same message id, by which its receiver knows it.

use crate::ACTOR;
use crate::config::{Relay, Tls};
use crate::mail::{Content, Mail, MailEvent, MailState};
use crate::message::Correspondent;
use crate::state::{EmailState, Failure};
use crate::view::MAIL;
use casewright_journal::{CommandContext, Decision, Filter, Query, Sort, TenantId};
use casewright_service::Shutdown;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox as Address, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as Encryption, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
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
enum SendError {
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
    let transport = transport(&state.config.relay)?;
    while !shutdown.is_requested() {
        if let Err(failure) = Box::pin(round(&state, &transport)).await {
            warn!(error = %failure.with_causes(), "outgoing mail could not be looked through");
        }
        tokio::select! {
            () = shutdown.requested() => {}
            () = state.outbox.notified() => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
    Ok(())
}

fn transport(relay: &Relay) -> Result<Transport, lettre::transport::smtp::Error> {
    let encryption = match relay.tls {
        Tls::None => Encryption::None,
        Tls::Starttls => Encryption::Required(TlsParameters::new(relay.host.clone())?),
        Tls::Tls => Encryption::Wrapper(TlsParameters::new(relay.host.clone())?),
    };
    let mut builder = Transport::builder_dangerous(&relay.host).port(relay.port).tls(encryption);
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
    let event = match attempt(state, transport, tenant, content).await? {
        Ok(answer) => {
            info!(mail = mail_id, "mail sent");
            MailEvent::MailSent { answer }
        }
        Err(SendError::Final(problem)) => {
            error!(mail = mail_id, problem, "mail refused for good");
            MailEvent::SendFailed { problem }
        }
        Err(SendError::Passing(problem)) if mail.attempts + 1 >= state.config.send_attempts => {
            error!(mail = mail_id, problem, attempts = mail.attempts + 1, "mail given up");
            MailEvent::SendFailed { problem }
        }
        Err(SendError::Passing(problem)) => {
            let attempt = mail.attempts + 1;
            let pause = (FIRST_PAUSE_MS << attempt.min(16)).min(LONGEST_PAUSE_MS);
            warn!(mail = mail_id, problem, attempt, pause, "mail not taken; trying again");
            MailEvent::SendDelayed { problem, attempt, next_at: state.journal.clock().now().as_millisecond() + pause }
        }
    };
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    state
        .journal
        .tenant(tenant)
        .execute::<Mail, (), Infallible, _>(mail_id, context, move |mail, _| {
            let events = if mail.state == MailState::Queued { vec![event.clone()] } else { Vec::new() };
            Ok(Decision { events, answer: () })
        })
        .await?;
    Ok(())
}

async fn attempt(
    state: &EmailState,
    transport: &Transport,
    tenant: &TenantId,
    content: &Content,
) -> Result<Result<String, SendError>, Failure> {
    let mut files = Vec::with_capacity(content.attachments.len());
    for attachment in &content.attachments {
        files.push(state.rooms.read_file(tenant, &attachment.file_id).await?);
    }
    let message = match message(content, &files) {
        Ok(message) => message,
        Err(error) => return Ok(Err(error)),
    };
    Ok(match transport.send(message).await {
        Ok(response) => Ok(response.message().collect::<Vec<_>>().join(" ")),
        Err(error) if error.is_permanent() => Err(SendError::Final(error.to_string())),
        Err(error) => Err(SendError::Passing(error.to_string())),
    })
}

fn message(content: &Content, files: &[bytes::Bytes]) -> Result<Message, SendError> {
    let unwritable = |error: &dyn std::error::Error| SendError::Final(format!("it cannot be written: {error}"));
    let mut builder = Message::builder().from(address(&content.from)?).subject(&content.subject);
    for to in &content.to {
        builder = builder.to(address(to)?);
    }
    for cc in &content.cc {
        builder = builder.cc(address(cc)?);
    }
    if let Some(reply_to) = &content.reply_to {
        builder = builder.reply_to(address(reply_to)?);
    }
    builder = builder.message_id(content.message_id.as_ref().map(|id| format!("<{id}>")));
    if let Some(parent) = content.in_reply_to.first() {
        builder = builder.in_reply_to(format!("<{parent}>"));
    }
    if !content.references.is_empty() {
        builder =
            builder.references(content.references.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" "));
    }
    if content.is_auto_submitted {
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        builder = builder.raw_header(HeaderValue::new(name, "auto-generated".to_owned()));
    }
    let text = SinglePart::plain(content.text.clone());
    let body = match &content.html {
        Some(html) => MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(html.clone())),
        None => MultiPart::mixed().singlepart(text),
    };
    if files.is_empty() && content.html.is_none() {
        let plain = builder.singlepart(SinglePart::plain(content.text.clone()));
        return plain.map_err(|error| unwritable(&error));
    }
    let mut mixed = MultiPart::mixed().multipart(body);
    for (attachment, bytes) in content.attachments.iter().zip(files) {
        let kind = ContentType::parse(&attachment.content_type).unwrap_or(ContentType::TEXT_PLAIN);
        mixed = mixed.singlepart(Part::new(attachment.name.clone()).body(bytes.to_vec(), kind));
    }
    builder.multipart(mixed).map_err(|error| unwritable(&error))
}

fn address(correspondent: &Correspondent) -> Result<Address, SendError> {
    let parsed = correspondent
        .address
        .parse()
        .map_err(|error| SendError::Final(format!("'{}' is no mail address: {error}", correspondent.address)))?;
    let name = (correspondent.name != correspondent.address && !correspondent.name.is_empty())
        .then(|| correspondent.name.clone());
    Ok(Address::new(name, parsed))
}
