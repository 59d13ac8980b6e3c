//! `case.create`: opens a case. The task's id is the idempotency key, so a second attempt finds the first one's case.

use super::Handled;
use casewright_client::cases::{NewCase, Origin, Requester};
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let variables = &task.variables;
    let requester = variables.text("requesterEmail").map(|email| {
        let name = variables.text("requesterName").unwrap_or_else(|| email.clone());
        Requester { name: Some(name), email: Some(email) }
    });
    let case = NewCase {
        definition: variables.required("caseDefinition")?,
        title: variables.text("caseTitle").unwrap_or_else(|| "(no subject)".to_owned()),
        fields: variables.json("caseFields")?,
        priority: variables.integer("casePriority"),
        queue: variables.text("caseQueue"),
        requester,
        origin: variables.optional_id("mailId")?.map(Origin::mail),
    };
    let opened = client.cases().create(&case, &task.id).await?;
    Ok(Variables::default().string("caseId", &opened.id).string("caseNumber", &opened.number))
}
