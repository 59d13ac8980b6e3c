//! `mail.link`: the mail belongs to the case. Linking it again to the same case changes nothing.

use super::Handled;
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let mail = task.variables.id("mailId")?;
    let case = task.variables.id("caseId")?;
    client.post(&path!("/api/v1/mails/{}/link", mail), &json!({"caseId": case}), Some(&task.id)).await?;
    Ok(Outputs::default())
}
