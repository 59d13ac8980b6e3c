//! `mail.link`: the mail belongs to the case. Linking it again to the same case changes nothing.

use super::Handled;
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let mail = task.variables.id("mailId")?;
    let case = task.variables.id("caseId")?;
    client.mails().link(&mail, &case, &task.id).await?;
    Ok(Variables::default())
}
