//! `document.attach`: every attachment of a mail that can be used becomes a document of the case. Each is keyed by task and file.

use super::{Failure, Handled};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::{Value, json};

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let mail_id = task.variables.id("mailId")?;
    let case = task.variables.id("caseId")?;
    let mail = client.get(&path!("/api/v1/mails/{}", mail_id)).await?;
    let mut documents = Vec::new();
    for attachment in mail["attachments"].as_array().into_iter().flatten() {
        let Some(file) = attachment["fileId"].as_str() else {
            return Err(Failure::Passing("an attachment of the mail is not stored yet".to_owned()));
        };
        // One that is not what it says it is stays with the mail, which says why, and keeps the others from nobody.
        if attachment["state"].as_str().is_some_and(|state| state != "kept") {
            continue;
        }
        let name = attachment["name"].as_str().unwrap_or("attachment");
        let key = format!("{}-{file}", task.id);
        let body = json!({"fileId": file, "name": name});
        let document = client.post(&path!("/api/v1/cases/{}/documents", case), &body, Some(&key)).await?;
        documents.push(document["id"].clone());
    }
    Ok(Outputs::default().json("documentIds", &Value::Array(documents)))
}
