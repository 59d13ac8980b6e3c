//! `case.update`: sets title, priority and fields. Setting the same values again changes nothing.

use super::Handled;
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let id = task.variables.id("caseId")?;
    let mut patch = json!({});
    if let Some(title) = task.variables.text("caseTitle") {
        patch["title"] = json!(title);
    }
    if let Some(priority) = task.variables.integer("casePriority") {
        patch["priority"] = json!(priority);
    }
    if let Some(fields) = task.variables.json("caseFields")? {
        patch["fields"] = fields;
    }
    client.patch(&path!("/api/v1/cases/{}", id), &patch).await?;
    Ok(Outputs::default())
}
