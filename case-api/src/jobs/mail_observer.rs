//! Notes on a case the mails that belong to it, from the log of email-to-case (aggregates `mail`).
//!
//! A link carries only the case; who wrote, and about what, is asked of email-to-case.

use super::{Heard, JobError};
use crate::case::decide::CaseRejection;
use crate::case::desk::{CaseError, Command};
use crate::case::observe::{self, Observation};
use crate::person::Person;
use crate::state::CaseApiState;
use casewright_client::mails::Mail;
use casewright_contracts::MailEvent;

pub(crate) const CONSUMER: &str = "case-api-mail-observer";

pub(crate) async fn hear(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    let mail_id = heard.id.to_owned();
    let (case, observation) = match heard.mail_event()? {
        MailEvent::Linked(linked) => {
            let mail = mail(state, heard).await?;
            let from = mail.from.map(|from| from.address).unwrap_or_default();
            (Some(linked.case_id), Observation::MailReceived { mail_id, from, subject: mail.subject })
        }
        MailEvent::Unlinked(linked) => (Some(linked.case_id), Observation::MailUnlinked { mail_id }),
        MailEvent::Queued(queued) => {
            let (to, subject) = (queued.recipients, queued.content.subject);
            (Some(queued.case_id), Observation::MailSent { mail_id, to, subject })
        }
        MailEvent::Bounced | MailEvent::SendFailed => {
            let mail = mail(state, heard).await?;
            let reason = mail.problem.unwrap_or_else(|| "it could not be delivered".to_owned());
            (mail.case_id, Observation::MailFailed { mail_id, subject: mail.subject, reason })
        }
        MailEvent::Other => return Ok(()),
    };
    match case {
        Some(case) => record(state, heard, &case, observation).await,
        None => Ok(()),
    }
}

async fn mail(state: &CaseApiState, heard: &Heard<'_>) -> Result<Mail, JobError> {
    Ok(state.rooms().mail(&heard.tenant).mails().get(heard.id).await?)
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
