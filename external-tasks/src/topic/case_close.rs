//! `case.close`: closes a case with the closing status, and sets why as field `resolution`. Its own process goes on to its
//! end; what else is open for the case is cancelled, unless the model says `refuse`.

use super::Handled;
use casewright_client::cases::{CasePatch, CloseCase};
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let id = task.variables.id("caseId")?;
    if let Some(resolution) = task.variables.text("resolution") {
        let patch = CasePatch { fields: Some(json!({"resolution": resolution})), ..CasePatch::default() };
        client.cases().patch(&id, &patch).await?;
    }
    let close = CloseCase {
        status: task.variables.text("status").unwrap_or_else(|| "closed".to_owned()),
        open_work: task.variables.text("openWork").unwrap_or_else(|| "cancel".to_owned()),
        process: task.process_instance_id.clone(),
    };
    client.cases().close(&id, &close).await?;
    Ok(Variables::default())
}
