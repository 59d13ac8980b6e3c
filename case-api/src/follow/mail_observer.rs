//! Notes on a case the mails that belong to it, from the log of email-to-case (aggregates `mail`).
//!
//! A link carries only the case; who wrote, and about what, is asked of email-to-case.

use super::error::FollowError;
use super::read;
use crate::domain::case::decide::{self, CaseRejection, Observation};
use crate::domain::person::Person;
use crate::repository::{CaseError, Command};
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;
use casewright_client::mails::Mail;
use casewright_contracts::MailEvent;

pub(super) const CONSUMER: &str = "case-api-mail-observer";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    let mail_id = entry.id.to_string();
    let (case, observation) = match read::mail_event(entry)? {
        MailEvent::Linked(linked) => {
            let mail = mail(state, entry).await?;
            let from = mail.from.map(|from| from.address).unwrap_or_default();
            (Some(linked.case_id), Observation::MailReceived { mail_id, from, subject: mail.subject })
        }
        MailEvent::Unlinked(linked) => (Some(linked.case_id), Observation::MailUnlinked { mail_id }),
        MailEvent::Queued(queued) => {
            let (to, subject) = (queued.recipients, queued.content.subject);
            (Some(queued.case_id), Observation::MailSent { mail_id, to, subject })
        }
        MailEvent::Bounced | MailEvent::SendFailed => {
            let mail = mail(state, entry).await?;
            let reason = mail.problem.unwrap_or_else(|| "it could not be delivered".to_owned());
            (mail.case_id, Observation::MailFailed { mail_id, subject: mail.subject, reason })
        }
        MailEvent::Other => return Ok(()),
    };
    match case {
        Some(case) => record(state, entry, &case, observation).await,
        None => Ok(()),
    }
}

async fn mail(state: &CaseApiState, entry: &EntryEnvelope) -> Result<Mail, FollowError> {
    Ok(state.rooms().mail(&entry.tenant).mails().get(&entry.id).await?)
}

async fn record(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    case: &str,
    observation: Observation,
) -> Result<(), FollowError> {
    let by = match entry.event.as_str() {
        // Who wrote it; this room notes it as well, and it does not matter which is first.
        "mail-queued" => super::engine_observer::actor(state, entry).await?,
        _ => Person::system("email-to-case"),
    };
    let command = Command::by(by).because(&format!("mail:{}:{}", &entry.id, entry.seq));
    let recorded = state
        .cases(&entry.tenant)
        .command(case, command, move |case, definition, by, at| decide::observe(case, definition, &observation, by, at))
        .await;
    match recorded {
        // A mail may be linked to a case of another installation's data; that is not ours to mend.
        Ok(_) | Err(CaseError::Rejected(CaseRejection::NotFound)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
