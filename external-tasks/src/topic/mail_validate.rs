//! `mail.validate`: reads what a mail says, so that the model can decide on it.

use super::{Failure, Handled};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::Value;

/// Thrown when the mail was kept but could not be parsed.
const UNREADABLE: &str = "mail-unreadable";
/// Characters of the text a process gets: enough to classify by, little enough to carry.
const TEXT_LIMIT: usize = 4_000;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let id = task.variables.id("mailId")?;
    let mail = client.get(&path!("/api/v1/mails/{}", id)).await?;
    if mail["state"] == "undeliverable" {
        let message = mail["problem"].as_str().unwrap_or("the mail could not be parsed").to_owned();
        return Err(Failure::Business { code: UNREADABLE, message });
    }
    let Some(sender) = mail["from"]["address"].as_str() else {
        return Err(Failure::Business { code: UNREADABLE, message: "the mail has no sender".to_owned() });
    };
    let text = |name: &str| mail[name].as_str().unwrap_or_default();
    // Before it is linked, a mail that answers another one only knows the case it belongs to by its thread.
    let case_id = mail["caseId"].as_str().or_else(|| mail["threadCaseId"].as_str());
    let attachments = mail["attachments"].as_array().map_or(0, Vec::len);
    Ok(Outputs::default()
        .string("sender", sender)
        .string("senderName", mail["from"]["name"].as_str().unwrap_or(sender))
        .string("subject", text("subject"))
        .string("bodyText", &text("text").chars().take(TEXT_LIMIT).collect::<String>())
        .integer("attachmentCount", i64::try_from(attachments).unwrap_or(i64::MAX))
        .boolean("isAutoSubmitted", mail["isAutoSubmitted"] == Value::Bool(true))
        .optional_string("caseId", case_id)
        .optional_string("caseNumber", number_of(client, case_id).await?.as_deref()))
}

async fn number_of(client: &Client, case_id: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(id) = case_id else { return Ok(None) };
    let case = client.get(&path!("/api/v1/cases/{}", id)).await?;
    Ok(case["number"].as_str().map(str::to_owned))
}
