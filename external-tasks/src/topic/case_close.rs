//! `case.close`: closes a case with the closing status, and sets why as field `resolution`. Its own process goes on to its
//! end; what else is open for the case is cancelled, unless the model says `refuse`.

use super::Handled;
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let id = task.variables.id("caseId")?;
    if let Some(resolution) = task.variables.text("resolution") {
        let patch = json!({"fields": {"resolution": resolution}});
        client.patch(&path!("/api/v1/cases/{}", id), &patch).await?;
    }
    let body = json!({
        "status": task.variables.text("status").unwrap_or_else(|| "closed".to_owned()),
        "openWork": task.variables.text("openWork").unwrap_or_else(|| "cancel".to_owned()),
        "process": task.process_instance_id,
    });
    client.post(&path!("/api/v1/cases/{}/close", id), &body, None).await?;
    Ok(Outputs::default())
}
