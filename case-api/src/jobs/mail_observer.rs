//! Notes on a case the mails that were linked to it, from the log of email-to-case (aggregates `mail`).
//!
//! Read leniently: the fact `mail-linked` names the case, who wrote and about what; `mail-unlinked` takes it away.

use super::{Heard, JobError};
use crate::case::decide::CaseRejection;
use crate::case::desk::{CaseError, Command};
use crate::case::observe::{self, Observation};
use crate::person::Person;
use crate::state::CaseApiState;
use serde_json::Value;

pub(crate) const CONSUMER: &str = "case-api-mail-observer";
pub(crate) const KIND: &str = "mail";

pub(crate) async fn hear(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    let (is_linked, is_unlinked) = (heard.event == "mail-linked", heard.event == "mail-unlinked");
    if !is_linked && !is_unlinked {
        return Ok(());
    }
    let fact: Value = heard.read()?;
    let Some(case) = text(&fact, "caseId") else {
        return Ok(());
    };
    let mail_id = heard.id.to_owned();
    let observation = if is_unlinked {
        Observation::MailUnlinked { mail_id }
    } else if text(&fact, "direction").as_deref() == Some("out") {
        let to = fact
            .get("to")
            .and_then(Value::as_array)
            .map(|to| to.iter().filter_map(address).collect());
        Observation::MailSent {
            mail_id,
            to: to.unwrap_or_default(),
            subject: text(&fact, "subject").unwrap_or_default(),
        }
    } else {
        Observation::MailReceived {
            mail_id,
            from: fact.get("from").and_then(address).unwrap_or_default(),
            subject: text(&fact, "subject").unwrap_or_default(),
        }
    };
    let by = Person::system("email-to-case");
    let command = Command::by(by).because(&format!("mail:{}:{}", heard.id, heard.seq));
    let recorded = state
        .desk(&heard.tenant)
        .command(&case, command, move |case, definition, by, at| {
            observe::observe(case, definition, &observation, by, at)
        })
        .await;
    match recorded {
        Ok(_) | Err(CaseError::Rejected(CaseRejection::NotFound)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A member, at the top or inside the externally tagged fact.
fn text(fact: &Value, name: &str) -> Option<String> {
    let inside = || {
        fact.as_object()
            .and_then(|members| members.values().find_map(|value| value.get(name)))
    };
    fact.get(name)
        .or_else(inside)
        .and_then(Value::as_str)
        .map(str::to_owned)
}

/// `{"name": .., "address": ..}` or a text.
fn address(value: &Value) -> Option<String> {
    value.get("address").unwrap_or(value).as_str().map(str::to_owned)
}
