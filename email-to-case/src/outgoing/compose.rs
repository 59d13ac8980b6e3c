//! What an outgoing mail says: queued once per idempotency key, with header fields that bring the answer back to its case.

use super::brake;
use crate::config::Mailbox;
use crate::domain::mail::{Attachment, Content, Mail, MailEvent, MailState, PartState, decide, identity};
use crate::html::{self, Excess, Limits};
use crate::message::Correspondent;
use crate::state::{EmailState, Failure};
use crate::views::mail::{MAIL, MailRow};
use casewright_access::problem_of;
use casewright_contracts::links::MailCaseRowColumns as _;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{CommandContext, Decision, Filter, Query, Sort, TenantId};
use casewright_service::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::convert::Infallible;
use tracing::warn;
use uuid::Uuid;

/// A mail to be sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutgoingMail {
    pub case_id: String,
    pub case_number: String,
    /// Name of the person who writes, as their token has it; none for mail that a process sends.
    #[serde(default)]
    pub from_name: Option<String>,
    /// User id of that person, or the machine client (`system:<role>`), from the token.
    #[serde(default)]
    pub actor: Option<String>,
    pub to: Vec<String>,
    #[serde(default)]
    pub cc: Vec<String>,
    /// Who gets it without the others' knowing.
    #[serde(default)]
    pub bcc: Vec<String>,
    #[serde(default)]
    pub subject: String,
    pub text: String,
    #[serde(default)]
    pub html: Option<String>,
    /// Id of the mail it answers; none: the last mail of the case.
    #[serde(default)]
    pub in_reply_to: Option<String>,
    /// Id of the mail of the case that it passes on: it then answers none.
    #[serde(default)]
    pub forward_of: Option<String>,
    /// Ids of files to attach.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Sent by a process rather than a person (RFC 3834 `auto-generated`).
    #[serde(default)]
    pub automatic: bool,
    /// When it is to be sent; none, or a time that has passed: at once.
    #[serde(default, with = "optional_rfc3339")]
    pub send_at: Option<Instant>,
    /// It is held back for as long as it may be undone (`mail.undo_seconds`).
    #[serde(default)]
    pub undo: bool,
}

impl OutgoingMail {
    /// Everybody it goes to, each once.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for address in self.to.iter().chain(&self.cc).chain(&self.bcc).map(|address| address.to_ascii_lowercase()) {
            if !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }
}

/// Longest `References` field that is carried on (RFC 5322 allows dropping from the middle; we keep first and last).
const REFERENCES_LIMIT: usize = 20;
const RECIPIENT_LIMIT: usize = 50;
/// How far ahead a mail may be scheduled, in milliseconds: a year.
const LONGEST_WAIT: i64 = 366 * 24 * 3_600_000;

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub mail_id: String,
    /// `Queued`; `Scheduled` when it waits for its time; or `Failed` when it must not be sent, the mail says why.
    pub state: MailState,
}

/// Queues the mail; durable when it returns. Repeated, it answers how that mail stands now.
///
/// # Errors
/// 422 with a pointer for what is wrong with the request, 503 when the journal does not take it.
pub async fn queue(state: &EmailState, tenant: &TenantId, request: OutgoingMail, key: &str) -> Result<Queued, Problem> {
    let case = check(state, &request)?;
    let mail_id = identity::of_outgoing(tenant.as_str(), key);
    let known = state.journal.tenant(tenant).load::<Mail>(&mail_id).await.map_err(Failure::from)?;
    if let Some((mail, _)) = known {
        let state = decide::repeat(&mail, &request.case_id)?;
        return Ok(Queued { mail_id, state });
    }
    brake::limits(state, tenant, &request).await?;
    let actor = request.actor.clone().unwrap_or_else(|| crate::ACTOR.to_owned());
    let Written { event, stopped } = write(state, tenant, request, case, &mail_id).await?;
    let context = CommandContext { actor: actor.as_str().into(), ..CommandContext::default() };
    let queued = state
        .journal
        .tenant(tenant)
        .execute::<Mail, MailState, Infallible, _>(&mail_id, context, move |mail, context| {
            let events = decide::queue(context.version, &event, stopped.as_deref());
            let answer = match events.last() {
                None => mail.state,
                Some(MailEvent::SendFailed { .. }) => MailState::Failed,
                Some(MailEvent::MailScheduled { .. }) => MailState::Scheduled,
                Some(_) => MailState::Queued,
            };
            Ok(Decision { events, answer })
        })
        .await;
    let queued = queued.map_err(Failure::from)?.answer;
    match queued {
        MailState::Queued => state.outbox.ring(),
        MailState::Scheduled => state.scheduled.notify_one(),
        _ => warn!(mail = mail_id, state = ?queued, "an outgoing mail was not queued"),
    }
    Ok(Queued { mail_id, state: queued })
}

/// Gives a mail that waits for its time another content and another time, in the name of who asks. Without a time it is sent at once.
///
/// # Errors
/// As [`queue`]; 404 when there is no such mail, 409 `mail-not-scheduled` when it does not wait any more.
pub async fn rewrite(
    state: &EmailState,
    tenant: &TenantId,
    mut request: OutgoingMail,
    mail_id: &str,
) -> Result<Queued, Problem> {
    let case = check(state, &request)?;
    let known = state.journal.tenant(tenant).load::<Mail>(mail_id).await.map_err(Failure::from)?;
    if known.is_none() {
        return Err(Problem::not_found("There is no such mail."));
    }
    let (case_id, actor) = (request.case_id.clone(), request.actor.clone().unwrap_or_else(|| crate::ACTOR.to_owned()));
    // It stays one that waits until it is released: what was scheduled has one way out.
    let now = Instant(state.journal.clock().now().as_millisecond());
    request.send_at = Some(request.send_at.map_or(now, |at| Instant(at.0.max(now.0))));
    let Written { event, stopped } = write(state, tenant, request, case, mail_id).await?;
    if let Some(why) = stopped {
        return Err(Problem::unprocessable("invalid-mail", why));
    }
    let context = CommandContext { actor: actor.as_str().into(), ..CommandContext::default() };
    state
        .journal
        .tenant(tenant)
        .execute::<Mail, (), Problem, _>(mail_id, context, move |mail, _| {
            Ok(Decision { events: vec![decide::reschedule(mail, &case_id, &event)?], answer: () })
        })
        .await
        .map_err(problem_of)?;
    state.scheduled.notify_one();
    Ok(Queued { mail_id: mail_id.to_owned(), state: MailState::Scheduled })
}

/// What a request comes to.
struct Written {
    event: MailEvent,
    /// Why it must not be sent.
    stopped: Option<String>,
}

async fn write(
    state: &EmailState,
    tenant: &TenantId,
    request: OutgoingMail,
    case: Uuid,
    mail_id: &str,
) -> Result<Written, Problem> {
    let request = with_clean_html(state, request).await?;
    let answered = answered_mail(state, tenant, &request).await?;
    let stopped = brake::stops(state, tenant, &request, answered.as_ref()).await?;
    let mailbox = mailbox(state, answered.as_ref())?.address.clone();
    let content = content(state, tenant, &request, case, mail_id, &mailbox, answered.as_ref()).await?;
    let send_at = waits_until(state, &request).filter(|_| stopped.is_none());
    let (recipients, is_automatic) = (request.recipients(), request.automatic);
    let (case_id, case_number) = (request.case_id, request.case_number);
    let event = match send_at {
        Some(send_at) => {
            MailEvent::MailScheduled { case_id, case_number, content, recipients, mailbox, is_automatic, send_at }
        }
        None => MailEvent::MailQueued { case_id, case_number, content, recipients, mailbox, is_automatic },
    };
    Ok(Written { event, stopped })
}

/// When it is sent, in milliseconds since 1970; none: at once.
fn waits_until(state: &EmailState, request: &OutgoingMail) -> Option<i64> {
    let undo = i64::from(state.config.undo_seconds) * 1_000;
    let undone_until = (request.undo && undo > 0).then(|| state.journal.clock().now().as_millisecond() + undo);
    request.send_at.map(|at| at.0).max(undone_until)
}

/// The case it is about, when nothing is wrong.
///
/// # Errors
/// 422 `invalid-mail` with a pointer for each thing that is wrong.
pub(crate) fn check(state: &EmailState, request: &OutgoingMail) -> Result<Uuid, Problem> {
    let mut problem = Problem::unprocessable("invalid-mail", "The mail cannot be sent as it is.");
    let mut is_wrong = false;
    let mut wrong = |pointer: String, code: &str, detail: &str| {
        is_wrong = true;
        problem = problem.clone().with_error(&pointer, code, detail);
    };
    let case = Uuid::parse_str(&request.case_id);
    if case.is_err() {
        wrong("/caseId".to_owned(), "invalid-id", "That is no id of a case.");
    }
    if request.to.is_empty() {
        wrong("/to".to_owned(), "required", "A mail needs a recipient.");
    }
    if request.to.len() + request.cc.len() + request.bcc.len() > RECIPIENT_LIMIT {
        wrong("/to".to_owned(), "too-many", "At most 50 recipients.");
    }
    for (field, addresses) in [("to", &request.to), ("cc", &request.cc), ("bcc", &request.bcc)] {
        for (index, address) in addresses.iter().enumerate() {
            if address.parse::<lettre::Address>().is_err() {
                wrong(format!("/{field}/{index}"), "invalid-address", "That is no mail address.");
            } else if state.config.mailbox(address).is_some() {
                wrong(
                    format!("/{field}/{index}"),
                    "own-address",
                    "That is a mailbox of this platform: the mail would come back.",
                );
            }
        }
    }
    if request.send_at.is_some_and(|at| at.0 > state.journal.clock().now().as_millisecond() + LONGEST_WAIT) {
        wrong("/sendAt".to_owned(), "too-far", "A mail waits a year at most.");
    }
    if request.forward_of.is_some() && request.in_reply_to.is_some() {
        wrong("/forwardOf".to_owned(), "invalid-value", "A mail answers one, or passes one on.");
    }
    if request.text.trim().is_empty() {
        wrong("/text".to_owned(), "required", "A mail needs a text.");
    }
    case.ok().filter(|_| !is_wrong).ok_or(problem)
}

/// The request with HTML that may be sent and shown.
async fn with_clean_html(state: &EmailState, mut request: OutgoingMail) -> Result<OutgoingMail, Problem> {
    let Some(html) = request.html.take() else { return Ok(request) };
    let cleaned = state.outgoing.run(move || html::clean(&html, &Limits::default())).await.map_err(Failure::from)?;
    let refused = |excess: Excess| {
        let problem = Problem::unprocessable("invalid-mail", "The mail cannot be sent as it is.");
        problem.with_error("/html", "html-too-costly", format!("The HTML cannot be used: {excess}."))
    };
    request.html = Some(cleaned.map_err(refused)?);
    Ok(request)
}

/// The mail to thread with: the one named, else the newest of the case that has left or come.
async fn answered_mail(state: &EmailState, tenant: &TenantId, request: &OutgoingMail) -> Result<Option<Mail>, Problem> {
    let journal = state.journal.tenant(tenant);
    if let Some((field, id)) = named(request) {
        let named = journal.load::<Mail>(id).await.map_err(Failure::from)?.map(|(mail, _)| (*mail).clone());
        let named = named.filter(|mail| !mail.is_unsent());
        if !brake::is_of_a_person(request) {
            return Ok(named);
        }
        // What a mail of another case says is not told to a person by answering it from theirs.
        let of_the_case = named.filter(|mail| mail.its_case() == Some(&request.case_id));
        return of_the_case.map(Some).ok_or_else(|| {
            let detail = "The case has no such mail.";
            Problem::unprocessable("invalid-mail", detail).with_error(field, "unknown-mail", detail)
        });
    }
    let mut query = Query::new(
        MAIL,
        Filter::And(vec![
            Filter::Eq(MailRow::CASE_ID.into(), json!(request.case_id)),
            Filter::Ne(MailRow::STATE.into(), MailState::Scheduled.value()),
            Filter::Ne(MailRow::STATE.into(), MailState::Cancelled.value()),
        ]),
    );
    query.sort = vec![Sort { field: MailRow::AT.into(), descending: true }];
    query.limit = Some(1);
    let newest = journal.query(&query).await.map_err(Failure::from)?.rows.into_iter().next();
    let Some((id, _)) = newest else { return Ok(None) };
    Ok(journal.load::<Mail>(&id).await.map_err(Failure::from)?.map(|(mail, _)| (*mail).clone()))
}

/// The mail that a request names, and in which field.
fn named(request: &OutgoingMail) -> Option<(&'static str, &str)> {
    let answered = request.in_reply_to.as_deref().map(|id| ("/inReplyTo", id));
    answered.or_else(|| request.forward_of.as_deref().map(|id| ("/forwardOf", id)))
}

fn mailbox<'a>(state: &'a EmailState, answered: Option<&Mail>) -> Result<&'a Mailbox, Problem> {
    answered
        .and_then(|mail| state.config.mailbox(&mail.mailbox))
        .or_else(|| state.config.mailboxes.first())
        .ok_or_else(|| Problem::conflict("no-mailbox", "No mailbox is configured to send from."))
}

async fn content(
    state: &EmailState,
    tenant: &TenantId,
    request: &OutgoingMail,
    case: Uuid,
    mail_id: &str,
    mailbox: &str,
    answered: Option<&Mail>,
) -> Result<Content, Failure> {
    let mut attachments = Vec::with_capacity(request.attachments.len());
    for (index, file_id) in request.attachments.iter().enumerate() {
        let file = state.rooms.file(tenant, file_id).await?;
        attachments.push(Attachment {
            id: (index + 1).to_string(),
            file_id: file_id.clone(),
            name: file.name,
            content_type: file.content_type,
            size: file.size,
            inline: false,
            content_id: None,
            state: PartState::Kept,
            reason: None,
            sha256: file.sha256,
        });
    }
    let named = answered.and_then(|mail| mail.content.as_ref());
    // Who is passed a mail has no part in its thread: the message ids of others are not theirs to have.
    let thread = named.filter(|_| request.forward_of.is_none());
    let parent = thread.and_then(|content| content.message_id.clone());
    let mut references = thread.map(|content| content.references.clone()).unwrap_or_default();
    references.extend(parent.clone());
    if references.len() > REFERENCES_LIMIT {
        references.drain(1..references.len() - REFERENCES_LIMIT + 1);
    }
    let token = state.tokens.mint(case);
    let (user, domain) = mailbox.rsplit_once('@').unwrap_or((mailbox, &state.config.host_name));
    let desk = state.config.mailbox(mailbox).map(|mailbox| mailbox.name.clone()).unwrap_or_default();
    let name = match (&request.from_name, desk.as_str()) {
        (Some(person), "") => person.clone(),
        (Some(person), desk) => format!("{person} ({desk})"),
        (None, desk) => desk.to_owned(),
    };
    Ok(Content {
        message_id: Some(state.tokens.message_id(mail_id, case, domain)),
        in_reply_to: parent.into_iter().collect(),
        references,
        from: Correspondent { name, address: mailbox.to_owned() },
        reply_to: Some(Correspondent { name: desk, address: format!("{user}+{token}@{domain}") }),
        to: request.to.iter().map(|address| plain(address)).collect(),
        cc: request.cc.iter().map(|address| plain(address)).collect(),
        subject: subject(request, named),
        sent_at: None,
        text: request.text.clone(),
        html: request.html.clone(),
        attachments,
        is_auto_submitted: request.automatic,
        is_report: false,
        left_out: Vec::new(),
    })
}

fn plain(address: &str) -> Correspondent {
    Correspondent { name: address.to_owned(), address: address.to_ascii_lowercase() }
}

/// `Re: <subject> [CLM-000042]`: the number is for people, nothing is threaded by it.
fn subject(request: &OutgoingMail, thread: Option<&Content>) -> String {
    let base = match (request.subject.trim(), thread) {
        ("", Some(content)) if request.forward_of.is_some() => format!("Fwd: {}", content.subject),
        ("", Some(content)) if content.subject.to_ascii_lowercase().starts_with("re:") => content.subject.clone(),
        ("", Some(content)) => format!("Re: {}", content.subject),
        ("", None) => request.case_number.clone(),
        (given, _) => given.to_owned(),
    };
    if base.contains(&request.case_number) { base } else { format!("{base} [{}]", request.case_number) }
}
