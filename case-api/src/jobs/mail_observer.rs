//! Notes on a case the mails that belong to it, from the log of email-to-case (aggregates `mail`).
//!
//! The facts of that log are read leniently: this room needs the case, who wrote, to whom, and about what. A link carries
//! only the case; the rest is asked of email-to-case.

use super::{Heard, JobError};
use crate::case::decide::CaseRejection;
use crate::case::desk::{CaseError, Command};
use crate::case::observe::{self, Observation};
use crate::person::Person;
use crate::state::CaseApiState;
use casewright_service::path;
use reqwest::Method;
use serde_json::Value;

pub(crate) const CONSUMER: &str = "case-api-mail-observer";
pub(crate) const KIND: &str = "mail";

pub(crate) async fn hear(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    let mail_id = heard.id.to_owned();
    let (case, observation) = match heard.event {
        "mail-linked" => {
            let fact: Value = heard.read()?;
            let mail = mail(state, heard).await?;
            let from = mail.get("from").and_then(address).unwrap_or_default();
            (text(&fact, "caseId"), Observation::MailReceived { mail_id, from, subject: subject(&mail) })
        }
        "mail-unlinked" => {
            let fact: Value = heard.read()?;
            (text(&fact, "caseId"), Observation::MailUnlinked { mail_id })
        }
        "mail-queued" => {
            let fact: Value = heard.read()?;
            let to =
                fact.get("recipients").and_then(Value::as_array).into_iter().flatten().filter_map(address).collect();
            let subject = fact.get("content").map(subject).unwrap_or_default();
            (text(&fact, "caseId"), Observation::MailSent { mail_id, to, subject })
        }
        "mail-bounced" | "mail-send-failed" => {
            let mail = mail(state, heard).await?;
            let reason = text(&mail, "problem").unwrap_or_else(|| "it could not be delivered".to_owned());
            (text(&mail, "caseId"), Observation::MailFailed { mail_id, subject: subject(&mail), reason })
        }
        _ => return Ok(()),
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
