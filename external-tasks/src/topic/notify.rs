//! `notify`: tells a user, a group or an address; the publishers choose the channels.

use super::{Failure, Handled};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::{Value, json};

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let variables = &task.variables;
    let case = variables.optional_id("caseId")?;
    let body = json!({
        "to": recipient(task)?,
        "kind": variables.text("notifyKind").unwrap_or_else(|| "process".to_owned()),
        "title": variables.required("notifyTitle")?,
        "body": variables.text("notifyBody").unwrap_or_default(),
        "link": case.as_ref().map(|id| path!("/cases/{}", id).to_string()),
        "caseId": case,
        "key": task.id,
    });
    client.post(&path!("/api/v1/notifications"), &body, Some(&task.id)).await?;
    Ok(Outputs::default())
}

fn recipient(task: &Task) -> Result<Value, Failure> {
    for (variable, field) in [("notifyUser", "user"), ("notifyGroup", "group"), ("notifyEmail", "email")] {
        if let Some(name) = task.variables.text(variable) {
            return Ok(json!({ field: name }));
        }
    }
    Err(Failure::Final("none of notifyUser, notifyGroup, notifyEmail is set".to_owned()))
}
