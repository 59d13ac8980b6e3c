//! `mail.validate`: reads what a mail says, so that the model can decide on it.

use super::{Failure, Handled};
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

/// Thrown when the mail was kept but could not be parsed.
const UNREADABLE: &str = "mail-unreadable";
/// Characters of the text a process gets: enough to classify by, little enough to carry.
const TEXT_LIMIT: usize = 4_000;

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let id = task.variables.id("mailId")?;
    let mail = client.mails().get(&id).await?;
    let unreadable = |message: String| Failure::Business { code: UNREADABLE, message };
    if mail.is_unreadable() {
        return Err(unreadable(mail.problem.unwrap_or_else(|| "the mail could not be parsed".to_owned())));
    }
    let Some(from) = mail.from else {
        return Err(unreadable("the mail has no sender".to_owned()));
    };
    // Before it is linked, a mail that answers another one only knows the case it belongs to by its thread.
    let case_id = mail.case_id.or(mail.thread_case_id);
    let number = number_of(client, case_id.as_deref()).await?;
    Ok(Variables::default()
        .string("sender", &from.address)
        .string("senderName", &from.name)
        .string("subject", &mail.subject)
        .string("bodyText", &mail.text.chars().take(TEXT_LIMIT).collect::<String>())
        .long("attachmentCount", i64::try_from(mail.attachments.len()).unwrap_or(i64::MAX))
        .boolean("isAutoSubmitted", mail.is_auto_submitted)
        .optional_string("caseId", case_id.as_deref())
        .optional_string("caseNumber", number.as_deref()))
}

async fn number_of(client: &Client, case_id: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(id) = case_id else { return Ok(None) };
    Ok(client.cases().get(id).await?.number)
}
