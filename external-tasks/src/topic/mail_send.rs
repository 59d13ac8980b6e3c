//! `mail.send`: sends a mail from the case, to its requester unless the model says otherwise.

use super::{Failure, Handled};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let case_id = task.variables.id("caseId")?;
    let text = task.variables.required("mailText")?;
    let to = match task.variables.text("mailTo") {
        Some(address) => address,
        None => requester(client, &case_id).await?,
    };
    let body = json!({
        "to": [to],
        "subject": task.variables.text("mailSubject").unwrap_or_default(),
        "text": text,
        "automatic": true,
    });
    let mail = client.post(&path!("/api/v1/cases/{}/mails", case_id), &body, Some(&task.id)).await?;
    Ok(Outputs::default().optional_string("sentMailId", mail["id"].as_str()))
}

async fn requester(client: &Client, case_id: &str) -> Result<String, Failure> {
    let case = client.get(&path!("/api/v1/cases/{}", case_id)).await?;
    case["requester"]["email"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::Final("the case has no requester to write to; set mailTo".to_owned()))
}
