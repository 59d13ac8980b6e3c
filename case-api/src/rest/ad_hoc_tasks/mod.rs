//! `/api/v1/cases/{id}/tasks`: tasks that people add to a case by hand. The work list shows those that are open beside the
//! user tasks of processes, and `/api/v1/tasks/{id}/...` claims, gives and completes them as well.

mod shown;
mod work;
mod write;

pub(crate) use shown::*;
pub(crate) use work::*;
pub(crate) use write::*;

use super::access::case_for;
use crate::domain::case::Case;
use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::state::CaseApiState;
use casewright_access::{Resource, Subject};
use casewright_contracts::CaseRow;
use casewright_service::Problem;
use serde_json::json;
use std::sync::Arc;

/// A task of a case for somebody who may `action` it.
async fn task_for(
    state: &CaseApiState,
    subject: &Subject,
    action: &str,
    case: &str,
    task: &str,
) -> Result<(Arc<Case>, AdHocTask), Problem> {
    let (case, _) = case_for(state, subject, "read", case).await?;
    let missing = || Problem::not_found("The case has no such task.");
    let task = case.ad_hoc_task(task).cloned().ok_or_else(missing)?;
    let resource = resource_of(&case, &task);
    state.access().authorize(subject, "read", &resource).await.map_err(|_| missing())?;
    state.access().authorize(subject, action, &resource).await?;
    Ok((case, task))
}

/// The task, as policy is asked about it: in the same words as a user task.
fn resource_of(case: &Case, task: &AdHocTask) -> Resource {
    let attributes = json!({
        "assignee": task.assignee.as_ref().map(|person| &person.id),
        "candidateUsers": [],
        "candidateGroups": Vec::from_iter(&task.group),
        "processDefinitionKey": null,
        "taskDefinitionKey": null,
        "createdBy": task.created_by.id,
    });
    Resource::new("task", &task.id).with(attributes).in_case(&CaseRow::from(case).into())
}
