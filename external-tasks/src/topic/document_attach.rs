//! `document.attach`: every attachment of a mail that can be used becomes a document of the case. Each is keyed by task and file.

use super::{Failure, Handled};
use casewright_client::cases::NewDocument;
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};
use serde_json::Value;

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let mail_id = task.variables.id("mailId")?;
    let case = task.variables.id("caseId")?;
    let mail = client.mails().get(&mail_id).await?;
    let mut documents = Vec::new();
    for attachment in mail.attachments {
        let is_kept = attachment.is_kept();
        let Some(file_id) = attachment.file_id else {
            return Err(Failure::Passing("an attachment of the mail is not stored yet".to_owned()));
        };
        // One that is not what it says it is stays with the mail, which says why, and keeps the others from nobody.
        if !is_kept {
            continue;
        }
        let key = format!("{}-{file_id}", task.id);
        let name = attachment.name.unwrap_or_else(|| "attachment".to_owned());
        let document = client.cases().add_document(&case, &NewDocument { file_id, name }, &key).await?;
        documents.push(Value::from(document.id));
    }
    Ok(Variables::default().json_text("documentIds", &Value::Array(documents)))
}
