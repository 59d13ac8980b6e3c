//! `document.detach`: undoes `document.attach`. A document that is gone already is no failure.

use super::{Handled, case_compensate};
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let case = task.variables.id("caseId")?;
    for id in task.variables.ids("documentIds")? {
        match client.cases().remove_document(&case, &id).await {
            Ok(()) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    case_compensate::report(client, task).await?;
    Ok(Variables::default())
}
