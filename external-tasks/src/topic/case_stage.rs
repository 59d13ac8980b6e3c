//! `case.stage`: moves a case to a stage. A case that is there already stays as it is.

use super::Handled;
use casewright_client::cases::CasePatch;
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let id = task.variables.id("caseId")?;
    let patch = CasePatch { stage: Some(task.variables.required("stage")?), ..CasePatch::default() };
    client.cases().patch(&id, &patch).await?;
    Ok(Variables::default())
}
