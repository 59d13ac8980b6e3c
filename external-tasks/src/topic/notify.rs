//! `notify`: tells a user, a group or an address; the publishers choose the channels.

use super::{Failure, Handled};
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::notifications::{NewNotification, Recipient};
use casewright_client::{Client, Variables};
use casewright_service::path;

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let variables = &task.variables;
    let case = variables.optional_id("caseId")?;
    let notification = NewNotification {
        to: recipient(variables)?,
        kind: variables.text("notifyKind").unwrap_or_else(|| "process".to_owned()),
        title: variables.required("notifyTitle")?,
        body: variables.text("notifyBody").unwrap_or_default(),
        link: case.as_ref().map(|id| path!("/cases/{}", id).to_string()),
        case_id: case,
    };
    client.notifications().send(&notification, &task.id).await?;
    Ok(Variables::default())
}

fn recipient(variables: &Variables) -> Result<Recipient, Failure> {
    let user = variables.text("notifyUser").map(Recipient::User);
    let group = || variables.text("notifyGroup").map(Recipient::Group);
    let email = || variables.text("notifyEmail").map(Recipient::Email);
    user.or_else(group)
        .or_else(email)
        .ok_or_else(|| Failure::Final("none of notifyUser, notifyGroup, notifyEmail is set".to_owned()))
}
