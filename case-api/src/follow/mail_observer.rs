//! Notes on a case the mails that belong to it, from the log of email-to-case (aggregates `mail`).
//!
//! A link carries only the case; who wrote, and about what, is asked of email-to-case.

use super::error::FollowError;
use super::mail_mover::{Move, relocate};
use super::read;
use crate::domain::case::decide::{self, Observation};
use crate::domain::case::document::FileDigest;
use crate::domain::definition::model::StatusKind;
use crate::domain::person::Person;
use crate::domain::routing::RoutingMoment;
use crate::repository::Command;
use crate::routing;
use crate::routing::place::{Asked, Known};
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;
use casewright_client::mails::{Attachment, Mail};
use casewright_contracts::MailEvent;
use serde_json::{Value, json};

/// Merges of merges that are followed.
const LONGEST_CHAIN: usize = 20;

pub(super) const CONSUMER: &str = "case-api-mail-observer";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    let mail_id = entry.id.to_string();
    let (case, observation) = match read::mail_event(entry)? {
        MailEvent::Linked(linked) => {
            let Some(mail) = mail(state, entry).await? else {
                return Ok(());
            };
            let files = files_of(&mail);
            let from = mail.from.map(|from| from.address).unwrap_or_default();
            (Some(linked.case_id), Observation::MailReceived { mail_id, from, subject: mail.subject, files })
        }
        MailEvent::Unlinked(linked) => (Some(linked.case_id), Observation::MailUnlinked { mail_id }),
        MailEvent::Queued(queued) => {
            let (to, subject) = (queued.recipients, queued.content.subject);
            (Some(queued.case_id), Observation::MailSent { mail_id, to, subject })
        }
        MailEvent::Bounced | MailEvent::SendFailed => {
            let Some(mail) = mail(state, entry).await? else {
                return Ok(());
            };
            let reason = mail.problem.unwrap_or_else(|| "it could not be delivered".to_owned());
            (mail.case_id, Observation::MailFailed { mail_id, subject: mail.subject, reason })
        }
        MailEvent::Other => return Ok(()),
    };
    let case = match case {
        // What comes to a case that has become part of another one goes on there, as an answer in its old thread does.
        Some(case) => match goes_on_in(state, entry, &case).await? {
            Some(into) if matches!(observation, Observation::MailReceived { .. }) => {
                let by = Person::system("email-to-case");
                let wish = Move { mail: &entry.id, from: &case, to: &into, is_unread: true, by: &by };
                return relocate(state, &entry.tenant, wish).await;
            }
            _ => case,
        },
        None => return Ok(()),
    };
    let received = match &observation {
        Observation::MailReceived { from, subject, .. } => Some(json!({"from": from, "subject": subject})),
        _ => None,
    };
    record(state, entry, &case, observation).await?;
    match received {
        Some(mail) => route(state, entry, &case, mail).await,
        None => Ok(()),
    }
}

/// The files that came with a mail beside its text, by what is in them. What stands within the text is mostly the letterhead.
pub(super) fn files_of(mail: &Mail) -> Vec<FileDigest> {
    let beside = mail.attachments.iter().filter(|part| !part.inline && part.is_kept());
    let digest = |part: &Attachment| {
        Some(FileDigest { name: part.name.clone().unwrap_or_default(), sha256: part.sha256.clone()? })
    };
    beside.filter_map(digest).collect()
}

/// The case that this one has become part of, or that one has become part of, and so on.
async fn goes_on_in(state: &CaseApiState, entry: &EntryEnvelope, case: &str) -> Result<Option<String>, FollowError> {
    let cases = state.cases(&entry.tenant);
    let mut at = None;
    for _ in 0..LONGEST_CHAIN {
        let found = match cases.case(at.as_deref().unwrap_or(case)).await {
            Ok((found, _)) => found,
            Err(error) if error.is_gone() => return Ok(at),
            Err(error) => return Err(error.into()),
        };
        match found.merged_into() {
            Some(into) => at = Some(into.id.clone()),
            None => return Ok(at),
        }
    }
    Ok(at)
}

/// Rules for mail say where a case goes that nobody has.
async fn route(state: &CaseApiState, entry: &EntryEnvelope, case: &str, mail: Value) -> Result<(), FollowError> {
    let cases = state.cases(&entry.tenant);
    let present = match cases.case(case).await {
        Ok((present, _)) => present,
        Err(error) if error.is_gone() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if present.assignee.is_some() || present.status.kind == StatusKind::Closed {
        return Ok(());
    }
    let definition = cases.definition_of(&present).await?;
    let asked =
        Asked { definition: &definition, case: Known::Case(&present), moment: RoutingMoment::Mail, mail: Some(mail) };
    let Some(route) = routing::place::find(state, &entry.tenant, asked, None).await?.route else {
        return Ok(());
    };
    let command = Command::by(Person::system("routing")).because(&format!("mail:{}:{}", &entry.id, entry.seq));
    cases
        .command(case, command, move |case, definition, by, at| decide::route(case, definition, &route, by, at))
        .await?;
    Ok(())
}

async fn mail(state: &CaseApiState, entry: &EntryEnvelope) -> Result<Option<Mail>, FollowError> {
    match state.rooms().mail(&entry.tenant).mails().get(&entry.id).await {
        Ok(mail) => Ok(Some(mail)),
        // It was deleted with its case.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
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
        Ok(_) => Ok(()),
        Err(error) if error.is_gone() => Ok(()),
        Err(error) => Err(error.into()),
    }
}
