//! `case.create`: opens a case. The task's id is the idempotency key, so a second attempt finds the first one's case.

use super::{Failure, Handled};
use crate::engine::Task;
use crate::platform::Client;
use crate::variables::Outputs;
use casewright_service::path;
use serde_json::json;

pub(super) async fn handle(client: &Client, task: &Task) -> Handled {
    let variables = &task.variables;
    let mut body = json!({
        "definition": variables.required("caseDefinition")?,
        "title": variables.text("caseTitle").unwrap_or_else(|| "(no subject)".to_owned()),
    });
    if let Some(fields) = variables.json("caseFields")? {
        body["fields"] = fields;
    }
    if let Some(priority) = variables.integer("casePriority") {
        body["priority"] = json!(priority);
    }
    if let Some(queue) = variables.text("caseQueue") {
        body["queue"] = json!(queue);
    }
    if let Some(email) = variables.text("requesterEmail") {
        let name = variables.text("requesterName").unwrap_or_else(|| email.clone());
        body["requester"] = json!({"name": name, "email": email});
    }
    if let Some(mail) = variables.optional_id("mailId")? {
        body["origin"] = json!({"kind": "mail", "reference": mail});
    }
    let case = client.post(&path!("/api/v1/cases"), &body, Some(&task.id)).await?;
    match (case["id"].as_str(), case["number"].as_str()) {
        (Some(id), Some(number)) => Ok(Outputs::default().string("caseId", id).string("caseNumber", number)),
        _ => Err(Failure::Final("the created case has no id or number".to_owned())),
    }
}
