//! Which case a mail belongs to: by a token that we signed, else by the message id of a mail that its sender takes part in.

use crate::config;
use crate::domain::mail::{Mail, MailState, ThreadedBy, WaitsFor};
use crate::message::Parsed;
use crate::state::{EmailState, Failure};
use crate::thread::Claim;
use crate::views::mail::{MAIL, MailRow};
use casewright_journal::{Filter, Query, TenantId};
use serde_json::{Value, json};
use tracing::warn;

/// The case that a mail belongs to, and how that is known.
#[derive(Default)]
pub(super) struct Thread {
    pub(super) case_id: Option<String>,
    pub(super) by: Option<ThreadedBy>,
    pub(super) is_forged: bool,
}

/// The case that a mail belongs to, if any; or what has to be over before that can be said.
pub(super) enum Found {
    Thread(Thread),
    Waits(WaitsFor),
}

/// Tokens first, since we signed them; then message ids, if the sender takes part in that correspondence. `may_join`: what it says it answers
/// is believed.
pub(super) async fn find_case(
    state: &EmailState,
    tenant: &TenantId,
    mail: &Mail,
    parsed: &Parsed,
    may_join: bool,
) -> Result<Found, Failure> {
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
                return Ok(Found::Thread(Thread { case_id: Some(case), by: Some(ThreadedBy::Token), is_forged }));
            }
            Claim::Forged => is_forged = true,
            Claim::None => {}
        }
    }
    if is_forged {
        warn!(mail = mail.id, "a mail carries a token that we did not sign; it opens a case of its own");
        return Ok(Found::Thread(Thread { is_forged, ..Thread::default() }));
    }
    if !may_join {
        return Ok(Found::Thread(Thread::default()));
    }
    Ok(match case_of_known_mail(state, tenant, &mail.id, parsed).await? {
        Known::Case(case) => Found::Thread(Thread { case_id: Some(case), by: Some(ThreadedBy::MessageId), is_forged }),
        Known::Opening(mail_id) => Found::Waits(WaitsFor::case_of(mail_id)),
        Known::Nothing => Found::Thread(Thread::default()),
    })
}

/// What the mails that one refers to say about its case.
enum Known {
    Nothing,
    Case(String),
    /// The case of this mail is about to be opened: an answer that overtakes it must not open a second one.
    Opening(String),
}

async fn case_of_known_mail(
    state: &EmailState,
    tenant: &TenantId,
    mail_id: &str,
    parsed: &Parsed,
) -> Result<Known, Failure> {
    let ids: Vec<Value> = parsed.in_reply_to.iter().chain(&parsed.references).map(|id| json!(id)).collect();
    if ids.is_empty() {
        return Ok(Known::Nothing);
    }
    let journal = state.journal.tenant(tenant);
    let page = journal.query(&Query::new(MAIL, Filter::In(MailRow::MESSAGE_ID.into(), ids))).await?;
    for (known_id, _) in page.rows {
        let Some((known, _)) = journal.load::<Mail>(&known_id).await? else {
            continue;
        };
        // One that names itself waits for nobody.
        if known.id == mail_id || !takes_part(&known, &parsed.from.address) {
            continue;
        }
        if let Some(case) = &known.case_id {
            return Ok(Known::Case(case.clone()));
        }
        if is_opening(state, tenant, &known).await? {
            return Ok(Known::Opening(known.id.clone()));
        }
    }
    Ok(Known::Nothing)
}

fn takes_part(mail: &Mail, address: &str) -> bool {
    let Some(content) = &mail.content else { return false };
    let named = std::iter::once(&content.from).chain(&content.to).chain(&content.cc).chain(content.reply_to.as_ref());
    named.map(|one| &one.address).chain(&mail.recipients).any(|known| known.eq_ignore_ascii_case(address))
}

/// Whether the mail's own process is about to open a case for it.
pub(crate) async fn is_opening(state: &EmailState, tenant: &TenantId, mail: &Mail) -> Result<bool, Failure> {
    Ok(match mail.state {
        MailState::Received | MailState::Parsed => true,
        MailState::Processed if mail.kept_because.is_none() => {
            state.rooms.is_running(tenant, &mail.process, &mail.id).await?
        }
        _ => false,
    })
}
