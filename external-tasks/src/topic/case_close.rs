//! `case.close`: sets the closing status, and why it was closed as field `resolution`.

use super::Handled;
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let id = task.variables.id("caseId")?;
    let mut patch = json!({"status": task.variables.text("status").unwrap_or_else(|| "closed".to_owned())});
    if let Some(resolution) = task.variables.text("resolution") {
        patch["fields"] = json!({"resolution": resolution});
    }
    client.patch(&path!("/api/v1/cases/{}", id), &patch).await?;
    Ok(Outputs::default())
}
