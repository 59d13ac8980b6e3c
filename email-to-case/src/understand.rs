//! After a mail is durable: parse it, keep its parts as files, find its case, start its process. Every step is keyed by the mail,
//! so doing it twice changes nothing.

use crate::mail::{Attachment, Content, Mail, MailEvent, MailState, ThreadedBy};
use crate::message::{self, Parsed};
use crate::report::Bounce;
use crate::state::{EmailState, Failure};
use crate::thread::Claim;
use crate::view::MAIL;
use crate::{ACTOR, config};
use casewright_journal::{CommandContext, Decision, Filter, Query, TenantId};
use serde_json::{Value, json};
use std::convert::Infallible;
use tracing::{info, warn};

/// Reads the raw message and records what it says. A mail whose answer's case is about to be opened stays as it is, for [`crate::run`] to
/// come back to.
///
/// # Errors
/// A room did not answer, or the mail it answers is still being processed: try again.
pub async fn parse(state: &EmailState, tenant: &TenantId, mail_id: &str) -> Result<(), Failure> {
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(mail_id).await? else {
        return Ok(());
    };
    let (MailState::Received, Some(raw_file_id)) = (mail.state, &mail.raw_file_id) else {
        return Ok(());
    };
    let raw = state.rooms.read_file(tenant, raw_file_id).await?;
    let mut parsed = match message::parse(&raw) {
        Ok(parsed) => parsed,
        Err(unreadable) => {
            warn!(mail = mail_id, problem = %unreadable, "a mail cannot be read; kept raw");
            let event = MailEvent::MailUndeliverable { problem: unreadable.to_string() };
            return record(state, tenant, mail_id, MailState::Received, event).await;
        }
    };
    // A mail without a way back, or one of our own that came back, must not be answered by a machine either.
    parsed.is_auto_submitted |=
        mail.envelope_from.as_deref() == Some("") || state.config.mailbox(&parsed.from.address).is_some();
    let thread = find_case(state, tenant, &mail, &parsed).await?;
    let bounce = parsed.bounce.clone();
    let content = keep_parts(state, tenant, mail_id, parsed).await?;
    if let Some(bounce) = bounce {
        record_bounce(state, tenant, mail_id, &bounce).await?;
    }
    let event = MailEvent::MailParsed {
        content,
        thread_case_id: thread.case_id,
        threaded_by: thread.by,
        has_forged_token: thread.is_forged,
    };
    record(state, tenant, mail_id, MailState::Received, event).await
}

/// Starts the mailbox's process with the mail, once.
///
/// # Errors
/// The engine did not answer or has no such process: try again.
pub async fn start_process(state: &EmailState, tenant: &TenantId, mail_id: &str) -> Result<(), Failure> {
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(mail_id).await? else {
        return Ok(());
    };
    let (MailState::Parsed, Some(content)) = (mail.state, &mail.content) else {
        return Ok(());
    };
    let process_instance_id = match state.rooms.find_process(tenant, &mail.process, mail_id).await? {
        Some(id) => id,
        None => {
            let variables = json!({
                "mailId": {"type": "String", "value": mail_id},
                "mail": {"type": "Json", "value": summary(&mail, content).to_string()},
            });
            state.rooms.start_process(tenant, &mail.process, mail_id, variables).await?
        }
    };
    info!(mail = mail_id, process = process_instance_id, "the mail's process runs");
    record(state, tenant, mail_id, MailState::Parsed, MailEvent::ProcessStarted { process_instance_id }).await
}

fn summary(mail: &Mail, content: &Content) -> Value {
    let attachments: Vec<Value> = content
        .attachments
        .iter()
        .map(|part| json!({"name": part.name, "contentType": part.content_type, "size": part.size}))
        .collect();
    json!({
        "from": content.from,
        "to": content.to,
        "subject": content.subject,
        "text": content.text.chars().take(4_000).collect::<String>(),
        "attachments": attachments,
        "threadCaseId": mail.thread_case_id,
        "isAutoSubmitted": content.is_auto_submitted,
    })
}

/// Appends `event` if the mail is still in the state it was decided in.
async fn record(
    state: &EmailState,
    tenant: &TenantId,
    mail_id: &str,
    expected: MailState,
    event: MailEvent,
) -> Result<(), Failure> {
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    state
        .journal
        .tenant(tenant)
        .execute::<Mail, (), Infallible, _>(mail_id, context, move |mail, _| {
            let events = if mail.state == expected { vec![event.clone()] } else { Vec::new() };
            Ok(Decision { events, answer: () })
        })
        .await?;
    Ok(())
}

async fn keep_parts(state: &EmailState, tenant: &TenantId, mail_id: &str, parsed: Parsed) -> Result<Content, Failure> {
    let mut attachments = Vec::with_capacity(parsed.parts.len());
    for (index, part) in parsed.parts.into_iter().enumerate() {
        let id = (index + 1).to_string();
        let size = u64::try_from(part.content.len()).unwrap_or(u64::MAX);
        let key = format!("{mail_id}-{id}");
        let file_id = state.rooms.store_file(tenant, &part.name, &part.content_type, part.content.into(), &key).await?;
        attachments.push(Attachment {
            id,
            file_id,
            name: part.name,
            content_type: part.content_type,
            size,
            inline: part.is_inline,
            content_id: part.content_id,
        });
    }
    Ok(Content {
        message_id: parsed.message_id,
        in_reply_to: parsed.in_reply_to,
        references: parsed.references,
        from: parsed.from,
        reply_to: parsed.reply_to,
        to: parsed.to,
        cc: parsed.cc,
        subject: parsed.subject,
        sent_at: parsed.sent_at,
        text: parsed.text,
        html: parsed.html,
        attachments,
        is_auto_submitted: parsed.is_auto_submitted,
    })
}

#[derive(Default)]
struct Thread {
    case_id: Option<String>,
    by: Option<ThreadedBy>,
    is_forged: bool,
}

/// Tokens first, since we signed them; then message ids, if the sender takes part in that correspondence.
async fn find_case(state: &EmailState, tenant: &TenantId, mail: &Mail, parsed: &Parsed) -> Result<Thread, Failure> {
    let mut is_forged = false;
    // The header names our address too, where a server on the way rewrote the envelope.
    let named = parsed.to.iter().chain(&parsed.cc).map(|one| &one.address);
    let ours = mail.envelope_to.iter().chain(named.filter(|address| state.config.mailbox(address).is_some()));
    let details = ours.filter_map(|address| config::split_detail(address).1);
    let reported = parsed.bounce.iter().filter_map(|bounce| bounce.original_message_id.as_ref());
    let ids = reported.chain(&parsed.in_reply_to).chain(&parsed.references);
    for text in details.chain(ids.map(String::as_str)) {
        match state.tokens.read(text) {
            Claim::Case(case) => {
                return Ok(Thread { case_id: Some(case), by: Some(ThreadedBy::Token), is_forged });
            }
            Claim::Forged => is_forged = true,
            Claim::None => {}
        }
    }
    if is_forged {
        warn!(mail = mail.id, "a mail carries a token that we did not sign; it opens a case of its own");
        return Ok(Thread { is_forged, ..Thread::default() });
    }
    let case_id = case_of_known_mail(state, tenant, parsed).await?;
    Ok(Thread { by: case_id.as_ref().map(|_| ThreadedBy::MessageId), case_id, is_forged })
}

async fn case_of_known_mail(state: &EmailState, tenant: &TenantId, parsed: &Parsed) -> Result<Option<String>, Failure> {
    let ids: Vec<Value> = parsed.in_reply_to.iter().chain(&parsed.references).map(|id| json!(id)).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let journal = state.journal.tenant(tenant);
    let page = journal.query(&Query::new(MAIL, Filter::In("messageId".into(), ids))).await?;
    for (known_id, _) in page.rows {
        let Some((known, _)) = journal.load::<Mail>(&known_id).await? else {
            continue;
        };
        if !takes_part(&known, &parsed.from.address) {
            continue;
        }
        match (&known.case_id, known.state) {
            (Some(case), _) => return Ok(Some(case.clone())),
            // Its case is about to be opened: an answer that overtakes it must not open a second one.
            (None, MailState::Received | MailState::Parsed) => return Err(Failure::NotYet),
            (None, MailState::Processed) if state.rooms.is_running(tenant, &known.process, &known.id).await? => {
                return Err(Failure::NotYet);
            }
            (None, _) => {}
        }
    }
    Ok(None)
}

fn takes_part(mail: &Mail, address: &str) -> bool {
    let Some(content) = &mail.content else { return false };
    let named = std::iter::once(&content.from).chain(&content.to).chain(&content.cc).chain(content.reply_to.as_ref());
    named.map(|one| &one.address).chain(&mail.recipients).any(|known| known.eq_ignore_ascii_case(address))
}

/// A delivery status notification is recorded at the mail it is about.
async fn record_bounce(state: &EmailState, tenant: &TenantId, report: &str, bounce: &Bounce) -> Result<(), Failure> {
    let Some(original) = &bounce.original_message_id else {
        return Ok(());
    };
    let filter = Filter::And(vec![
        Filter::Eq("messageId".into(), json!(original)),
        Filter::Eq("direction".into(), json!("out")),
    ]);
    let journal = state.journal.tenant(tenant);
    for (id, _) in journal.query(&Query::new(MAIL, filter)).await?.rows {
        let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
        let (bounce, by) = (bounce.clone(), report.to_owned());
        let is_early = journal
            .execute::<Mail, bool, Infallible, _>(&id, context, move |mail, _| {
                let events = bounced(mail, &bounce, &by);
                Ok(Decision { events, answer: mail.state == MailState::Queued })
            })
            .await?
            .answer;
        if is_early {
            return Err(Failure::NotYet);
        }
        info!(mail = id.as_str(), report, "a mail of ours was reported as undeliverable");
    }
    Ok(())
}

/// What the report means for our mail; nothing that is known already.
fn bounced(mail: &Mail, bounce: &Bounce, report: &str) -> Vec<MailEvent> {
    if !matches!(mail.state, MailState::Sent | MailState::Bounced) {
        return Vec::new();
    }
    let is_known = |to: &String| mail.deliveries.get(to).is_some_and(|delivery| delivery.state == MailState::Bounced);
    let mut events = Vec::new();
    for failed in &bounce.failed {
        // Where an address was forwarded, the report names another one than we wrote to.
        let ours = mail.recipients.iter().find(|to| failed.addresses.contains(to));
        let only = mail.recipients.first().filter(|_| mail.recipients.len() == 1);
        let recipient = ours.or(only).or_else(|| failed.addresses.last());
        if recipient.is_none_or(|to| !is_known(to)) {
            events.push(MailEvent::MailBounced {
                recipient: recipient.cloned(),
                status: failed.said(),
                report_mail_id: Some(report.to_owned()),
            });
        }
    }
    events
}
