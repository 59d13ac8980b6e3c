//! `document.detach`: undoes `document.attach`. A document that is gone already is no failure.

use super::{Handled, case_compensate};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let case = task.variables.required("caseId")?;
    let documents = task.variables.json("documentIds")?;
    for id in documents.as_ref().and_then(|ids| ids.as_array()).into_iter().flatten().filter_map(|id| id.as_str()) {
        match client.delete(&format!("/api/v1/cases/{case}/documents/{id}")).await {
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    case_compensate::report(client, task).await?;
    Ok(Outputs::default())
}
