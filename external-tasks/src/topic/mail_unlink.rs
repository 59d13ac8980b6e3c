//! `mail.unlink`: undoes `mail.link`.

use super::{Handled, case_compensate};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let mail = task.variables.id("mailId")?;
    let case = task.variables.id("caseId")?;
    client.post(&path!("/api/v1/mails/{}/unlink", mail), &json!({"caseId": case}), Some(&task.id)).await?;
    case_compensate::report(client, task).await?;
    Ok(Outputs::default())
}
