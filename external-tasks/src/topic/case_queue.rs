//! `case.queue`: moves a case to a queue. A case that is there already stays as it is.

use super::Handled;
use casewright_client::cases::CasePatch;
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let id = task.variables.id("caseId")?;
    let patch = CasePatch { queue: Some(task.variables.required("queue")?), ..CasePatch::default() };
    client.cases().patch(&id, &patch).await?;
    Ok(Variables::default())
}
