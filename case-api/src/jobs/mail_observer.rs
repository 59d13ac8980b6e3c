//! Notes on a case the mails that belong to it, from the log of email-to-case (aggregates `mail`).
//!
//! A link carries only the case; who wrote, and about what, is asked of email-to-case.

use super::{Heard, JobError};
use crate::case::decide::CaseRejection;
use crate::case::desk::{CaseError, Command};
use crate::case::observe::{self, Observation};
use crate::person::Person;
use crate::state::CaseApiState;
use casewright_contracts::MailEvent;
use casewright_service::path;
use reqwest::Method;
use serde_json::Value;

pub(crate) const CONSUMER: &str = "case-api-mail-observer";

pub(crate) async fn hear(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    let mail_id = heard.id.to_owned();
    let (case, observation) = match heard.mail_event()? {
        MailEvent::Linked(linked) => {
            let mail = mail(state, heard).await?;
            let from = mail.get("from").and_then(address).unwrap_or_default();
            (Some(linked.case_id), Observation::MailReceived { mail_id, from, subject: subject(&mail) })
        }
        MailEvent::Unlinked(linked) => (Some(linked.case_id), Observation::MailUnlinked { mail_id }),
        MailEvent::Queued(queued) => {
            let (to, subject) = (queued.recipients, queued.content.subject);
            (Some(queued.case_id), Observation::MailSent { mail_id, to, subject })
        }
        MailEvent::Bounced | MailEvent::SendFailed => {
            let mail = mail(state, heard).await?;
            let reason = text(&mail, "problem").unwrap_or_else(|| "it could not be delivered".to_owned());
            (text(&mail, "caseId"), Observation::MailFailed { mail_id, subject: subject(&mail), reason })
        }
        MailEvent::Other => return Ok(()),
    };
    match case {
        Some(case) => record(state, heard, &case, observation).await,
        None => Ok(()),
    }
}

async fn mail(state: &CaseApiState, heard: &Heard<'_>) -> Result<Value, JobError> {
    let path = path!("/mails/{}", heard.id);
    Ok(state.rooms().mail(&heard.tenant, Method::GET, &path, None, None).await?)
}

async fn record(state: &CaseApiState, heard: &Heard<'_>, case: &str, observation: Observation) -> Result<(), JobError> {
    let by = match heard.event {
        // Who wrote it; this room notes it as well, and it does not matter which is first.
        "mail-queued" => super::engine_observer::actor(state, heard).await?,
        _ => Person::system("email-to-case"),
    };
    let command = Command::by(by).because(&format!("mail:{}:{}", heard.id, heard.seq));
    let recorded = state
        .desk(&heard.tenant)
        .command(case, command, move |case, definition, by, at| {
            observe::observe(case, definition, &observation, by, at)
        })
        .await;
    match recorded {
        // A mail may be linked to a case of another installation's data; that is not ours to mend.
        Ok(_) | Err(CaseError::Rejected(CaseRejection::NotFound)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn text(fact: &Value, name: &str) -> Option<String> {
    fact.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn subject(mail: &Value) -> String {
    text(mail, "subject").unwrap_or_default()
}

/// `{"name": .., "address": ..}` or a text.
fn address(value: &Value) -> Option<String> {
    value.get("address").unwrap_or(value).as_str().map(str::to_owned)
}
