//! `case.compensate`: a step of the saga was undone; the case shows which and why.

use super::{FAILED_STEP, Failure, Handled};
use casewright_client::cases::Compensation;
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{Client, Variables};

pub(super) async fn handle(client: &Client, task: &LockedTask) -> Handled {
    report(client, task).await?;
    Ok(Variables::default())
}

/// Tells the case that a step was undone. The task's id is the idempotency key: the timeline shows it once.
pub(super) async fn report(client: &Client, task: &LockedTask) -> Result<(), Failure> {
    let case = task.variables.id("caseId")?;
    let undone = Compensation {
        step: task.variables.required("compensatedStep")?,
        reason: task.variables.text("compensationReason").unwrap_or_else(|| "a later step failed".to_owned()),
        failed_step: task.variables.text(FAILED_STEP),
    };
    client.cases().compensated(&case, &undone, &task.id).await?;
    Ok(())
}
