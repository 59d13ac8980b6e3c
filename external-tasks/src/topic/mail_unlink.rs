//! `mail.unlink`: undoes `mail.link`.

use super::{Handled, case_compensate};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let mail = task.variables.required("mailId")?;
    let case = task.variables.required("caseId")?;
    client.post(&format!("/api/v1/mails/{mail}/unlink"), &json!({"caseId": case}), Some(&task.id)).await?;
    case_compensate::report(client, task).await?;
    Ok(Outputs::default())
}
