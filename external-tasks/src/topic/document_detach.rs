//! `document.detach`: undoes `document.attach`. A document that is gone already is no failure.

use super::{Handled, case_compensate};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let case = task.variables.id("caseId")?;
    for id in task.variables.ids("documentIds")? {
        match client.delete(&path!("/api/v1/cases/{}/documents/{}", case, id)).await {
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    case_compensate::report(client, task).await?;
    Ok(Outputs::default())
}
