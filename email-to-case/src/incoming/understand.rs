//! After a mail is durable: read it, keep its parts as files, find its case, start its process. Every step is keyed by the mail,
//! so doing it twice changes nothing.

use super::authenticate::{authenticated, is_doubtful, may_join};
use super::find_case::{Found, find_case};
use super::{bounce, parts};
use crate::domain::mail::decide::{self, Understood};
use crate::domain::mail::{Content, KeptBecause, Mail, MailEvent, MailState, WaitsFor};
use crate::html::{self, Excess, Limits};
use crate::message::{self, Parsed, Unreadable};
use crate::state::{EmailState, Failure};
use crate::worker_pool::Worker;
use bytes::Bytes;
use casewright_client::{CallError, Variables};
use casewright_journal::{Causes, TenantId};
use serde_json::{Value, json};
use tracing::{error, info, warn};

/// Bytes of a message that is held while it waits for a worker; a larger one is fetched again.
const HELD: usize = 1 << 20;

/// Reads the raw message and records what it says; or what it waits for, for [`crate::follow`] to come back to.
///
/// # Errors
/// A room did not answer, or reading did not end: try again.
pub(crate) async fn parse(state: &EmailState, tenant: &TenantId, mail_id: &str) -> Result<(), Failure> {
    let Some(mail) = received(state, tenant, mail_id).await? else { return Ok(()) };
    if mail.waits_for.is_some() {
        return Ok(());
    }
    read(state, tenant, mail_id).await
}

/// The mail, when it is kept and not understood yet.
pub(crate) async fn received(state: &EmailState, tenant: &TenantId, mail_id: &str) -> Result<Option<Mail>, Failure> {
    let found = state.journal.tenant(tenant).load::<Mail>(mail_id).await?;
    Ok(found.map(|(mail, _)| Mail::clone(&mail)).filter(decide::awaits_reading))
}

/// Reads the raw message; one whose reading did not end before is left alone at the end.
pub(crate) async fn read(state: &EmailState, tenant: &TenantId, mail_id: &str) -> Result<(), Failure> {
    let Some(mail) = received(state, tenant, mail_id).await? else { return Ok(()) };
    let raw = match raw_of(state, tenant, &mail).await? {
        Ok(raw) => raw,
        Err(instead) => return say(state, tenant, mail_id, instead).await,
    };
    // Before a worker is taken: it may wait for DNS.
    let mail = authenticated(state, tenant, mail, &raw).await?;
    let held = Some(raw).filter(|raw| raw.len() <= HELD);
    // One that did not end may end the process: whatever is read beside it would be blamed too.
    let worker = state.incoming.worker(mail.readings > 0).await;
    // Others may have done it meanwhile.
    let Some(mail) = received(state, tenant, mail_id).await? else { return Ok(()) };
    if let Some(event) = decide::give_up_reading(&mail) {
        error!(mail = mail_id, readings = mail.readings, "reading a mail never ended; kept raw");
        return record(state, tenant, mail_id, vec![event]).await;
    }
    let raw = match held {
        Some(raw) => raw,
        None => match raw_of(state, tenant, &mail).await? {
            Ok(raw) => raw,
            Err(instead) => return say(state, tenant, mail_id, instead).await,
        },
    };
    let reading = state.under_way.begin().await.ok_or(Failure::Stopping)?;
    record(state, tenant, mail_id, vec![MailEvent::ReadingBegun]).await?;
    let Some(read) = reading.outcome(read_message(&worker, raw)).await else {
        // The mail did not end the process: a stop was asked for, and the next start reads it.
        record(state, tenant, mail_id, vec![MailEvent::ReadingEnded]).await?;
        return Err(Failure::Stopping);
    };
    let parsed = match read {
        Ok(Ok(parsed)) => parsed,
        Err(unfinished) => {
            let Some(event) = decide::give_up_unfinished(&mail) else { return Err(unfinished) };
            error!(mail = mail_id, error = %Causes(&unfinished), "reading a mail did not end again; kept raw");
            return record(state, tenant, mail_id, vec![event]).await;
        }
        Ok(Err(unreadable)) => {
            warn!(mail = mail_id, problem = %unreadable, "a mail cannot be read; kept raw");
            return record(state, tenant, mail_id, vec![decide::unreadable(&unreadable)]).await;
        }
    };
    // At once: what follows asks other rooms, and a process that ends meanwhile was not ended by the message.
    record(state, tenant, mail_id, vec![MailEvent::ReadingEnded]).await?;
    drop((reading, worker));
    conclude(state, tenant, &mail, parsed).await
}

/// The message; or what is said of the mail instead: it waits for the virus scanner, or this has found something.
async fn raw_of(state: &EmailState, tenant: &TenantId, mail: &Mail) -> Result<Result<Bytes, MailEvent>, Failure> {
    let file = mail.raw_file_id.as_deref().unwrap_or_default();
    match state.rooms.read_file(tenant, file).await {
        Ok(raw) => Ok(Ok(raw)),
        Err(CallError::Refused(refused)) if refused.code == "file-scanning" => {
            Ok(Err(MailEvent::MailWaits { waits_for: WaitsFor::scan(&mail.id, file) }))
        }
        Err(CallError::Refused(refused)) if refused.code == "file-infected" => {
            warn!(mail = mail.id, problem = refused.text, "an infected mail is not read; kept raw");
            Ok(Err(decide::infected(refused.text)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Neither the message nor its HTML is looked at on one of the runtime's threads.
async fn read_message(worker: &Worker, raw: Bytes) -> Result<Result<Parsed, Unreadable>, Failure> {
    let mut read = match worker.run(move || message::read(&raw)).await? {
        Ok(read) => read,
        Err(unreadable) => return Ok(Err(unreadable)),
    };
    let Some(html) = read.take_html() else { return Ok(Ok(read.without_html())) };
    let cleaned = match worker.run(move || html::clean(&html, &Limits::default())).await {
        Ok(cleaned) => cleaned,
        // The mail goes on with its text.
        Err(unfinished) => {
            error!(error = %unfinished, "HTML was not cleaned");
            Err(Excess::TookTooLong)
        }
    };
    Ok(Ok(read.with_html(cleaned)))
}

/// What follows from a message that was read.
async fn conclude(state: &EmailState, tenant: &TenantId, mail: &Mail, mut parsed: Parsed) -> Result<(), Failure> {
    // A mail without a way back, or one of our own that came back, must not be answered by a machine either.
    parsed.is_auto_submitted |=
        mail.envelope_from.as_deref() == Some("") || state.config.mailbox(&parsed.from.address).is_some();
    parsed.is_auto_submitted |= parsed.is_report || parsed.is_auto_reply;
    let is_doubtful = is_doubtful(state, mail, &parsed.from.address);
    let thread = match find_case(state, tenant, mail, &parsed, !is_doubtful && may_join(state, mail)).await? {
        Found::Thread(thread) => thread,
        Found::Waits(waits_for) => return wait(state, tenant, &mail.id, waits_for).await,
    };
    // What carries our token was written by who had a mail of ours.
    let is_kept_back = is_doubtful && thread.case_id.is_none() && mail.case_id.is_none();
    if let Some(reported) = parsed.bounce.as_ref().filter(|_| !is_kept_back)
        && let Some(waits_for) = bounce::record(state, tenant, &mail.id, reported).await?
    {
        return wait(state, tenant, &mail.id, waits_for).await;
    }
    let held_by = match (parsed.is_report, parsed.is_auto_reply) {
        _ if is_kept_back => Some(KeptBecause::Unauthenticated),
        (true, _) => Some(KeptBecause::Report),
        (false, true) => Some(KeptBecause::AutomaticAnswer),
        (false, false) => None,
    };
    let content = parts::keep(state, tenant, &mail.id, mail.content.as_ref(), parsed).await?;
    let message = Understood {
        content,
        thread_case_id: thread.case_id,
        threaded_by: thread.by,
        has_forged_token: thread.is_forged,
        held_by,
    };
    let events = decide::understood(mail, message);
    if let Some(MailEvent::MailKept { because }) = events.last() {
        info!(mail = mail.id, ?because, "a mail is kept, and nothing is started for it");
    }
    record(state, tenant, &mail.id, events).await
}

async fn wait(state: &EmailState, tenant: &TenantId, mail_id: &str, waits_for: WaitsFor) -> Result<(), Failure> {
    say(state, tenant, mail_id, MailEvent::MailWaits { waits_for }).await
}

/// Records what comes instead of reading; who looks after what waits is told.
async fn say(state: &EmailState, tenant: &TenantId, mail_id: &str, event: MailEvent) -> Result<(), Failure> {
    record(state, tenant, mail_id, vec![event]).await?;
    state.waiting.notify_one();
    Ok(())
}

/// Whether a mail's process was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Started {
    /// It was, or there is nothing to start.
    Done,
    /// Not yet: the organisation takes as much as it may. [`crate::follow`] comes back to it.
    HeldBack,
}

/// Starts the mailbox's process with the mail, once.
///
/// # Errors
/// The engine did not answer or has no such process: try again.
pub(crate) async fn start_process(state: &EmailState, tenant: &TenantId, mail_id: &str) -> Result<Started, Failure> {
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(mail_id).await? else {
        return Ok(Started::Done);
    };
    let (MailState::Parsed, Some(content)) = (mail.state, &mail.content) else {
        return Ok(Started::Done);
    };
    let instances = state.rooms.find_processes(tenant, &mail.process, mail_id).await?;
    let process_instance_id = match instances.into_iter().find(|id| !mail.earlier_instances.contains(id)) {
        Some(id) => id,
        None => {
            let variables = Variables::default().string("mailId", mail_id).json_text("mail", &summary(&mail, content));
            match state.rooms.start_process(tenant, &mail.process, mail_id, variables).await {
                Ok(id) => id,
                Err(error) if error.is_over_quota() => {
                    hold_back(state, tenant, &mail).await?;
                    return Ok(Started::HeldBack);
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    info!(mail = mail_id, process = process_instance_id, "the mail's process runs");
    let event = MailEvent::ProcessStarted { process_instance_id };
    record_in(state, tenant, mail_id, MailState::Parsed, vec![event]).await?;
    Ok(Started::Done)
}

/// Notes, once, that its process waits until the organisation may have another one. Nothing else waits for it.
async fn hold_back(state: &EmailState, tenant: &TenantId, mail: &Mail) -> Result<(), Failure> {
    if mail.is_held_back {
        return Ok(());
    }
    warn!(mail = mail.id, tenant = tenant.as_str(), "a mail's process waits: its organisation is over its quota");
    record_in(state, tenant, &mail.id, MailState::Parsed, vec![MailEvent::MailHeldBack]).await?;
    state.waiting.notify_one();
    Ok(())
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
        "authentication": mail.authentication,
    })
}

/// Appends the events if the mail is still to be understood.
pub(super) async fn record(
    state: &EmailState,
    tenant: &TenantId,
    mail_id: &str,
    events: Vec<MailEvent>,
) -> Result<(), Failure> {
    record_in(state, tenant, mail_id, MailState::Received, events).await
}

/// Appends the events if the mail is still in the state they were decided in.
async fn record_in(
    state: &EmailState,
    tenant: &TenantId,
    mail_id: &str,
    expected: MailState,
    events: Vec<MailEvent>,
) -> Result<(), Failure> {
    state.decide(tenant, mail_id, move |mail| decide::only_in(expected, mail, &events)).await
}
