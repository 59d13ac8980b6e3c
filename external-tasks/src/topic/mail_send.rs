//! `mail.send`: sends a mail from the case, to its requester unless the model says otherwise.

use super::{Failure, Handled};
use casewright_client::cases::NewMail;
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    let case_id = task.variables.id("caseId")?;
    let text = task.variables.required("mailText")?;
    let to = match task.variables.text("mailTo") {
        Some(address) => address,
        None => requester(client, &case_id).await?,
    };
    let subject = task.variables.text("mailSubject").unwrap_or_default();
    let mail = NewMail { to: vec![to], subject, text, automatic: true };
    let queued = client.cases().send_mail(&case_id, &mail, &task.id).await?;
    Ok(Variables::default().optional_string("sentMailId", queued.id.as_deref()))
}

async fn requester(client: &Client, case_id: &str) -> Result<String, Failure> {
    let case = client.cases().get(case_id).await?;
    case.requester
        .and_then(|requester| requester.email)
        .ok_or_else(|| Failure::Final("the case has no requester to write to; set mailTo".to_owned()))
}
