//! `case.queue`: moves a case to a queue. A case that is there already stays as it is.

use super::Handled;
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let id = task.variables.id("caseId")?;
    let queue = task.variables.required("queue")?;
    client.patch(&path!("/api/v1/cases/{}", id), &json!({"queue": queue})).await?;
    Ok(Outputs::default())
}
