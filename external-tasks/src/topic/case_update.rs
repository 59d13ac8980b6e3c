//! `case.update`: sets title, priority and fields. Setting the same values again changes nothing.

use super::Handled;
use casewright_client::cases::CasePatch;
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let id = task.variables.id("caseId")?;
    let patch = CasePatch {
        title: task.variables.text("caseTitle"),
        priority: task.variables.integer("casePriority"),
        fields: task.variables.json("caseFields")?,
        ..CasePatch::default()
    };
    client.cases().patch(&id, &patch).await?;
    Ok(Variables::default())
}
