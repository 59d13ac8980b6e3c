//! `case.compensate`: a step of the saga was undone; the case shows which and why.

use super::{FAILED_STEP, Failure, Handled};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    report(client, task).await?;
    Ok(Outputs::default())
}

/// Tells the case that a step was undone. The task's id is the idempotency key: the timeline shows it once.
pub(super) async fn report(client: &Client, task: &Task) -> Result<(), Failure> {
    let case = task.variables.id("caseId")?;
    let step = task.variables.required("compensatedStep")?;
    let reason = task.variables.text("compensationReason").unwrap_or_else(|| "a later step failed".to_owned());
    let mut body = json!({"step": step, "reason": reason});
    if let Some(failed) = task.variables.text(FAILED_STEP) {
        body["failedStep"] = json!(failed);
    }
    client.post(&path!("/api/v1/cases/{}/compensations", case), &body, Some(&task.id)).await?;
    Ok(())
}
