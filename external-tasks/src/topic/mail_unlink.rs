//! `mail.unlink`: undoes `mail.link`.

use super::{Handled, case_compensate};
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let mail = task.variables.id("mailId")?;
    let case = task.variables.id("caseId")?;
    client.mails().unlink(&mail, &case, &task.id).await?;
    case_compensate::report(client, task).await?;
    Ok(Variables::default())
}
