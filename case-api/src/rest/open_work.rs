//! How a case that still has work refuses to close.

use super::access::case_resource;
use crate::domain::case::Case;
use crate::domain::case::decide::OpenWork;
use crate::hierarchy::ChildrenError;
use crate::state::CaseApiState;
use casewright_access::Subject;
use casewright_service::Problem;
use serde_json::{Value, json};
use std::sync::Arc;

/// Processes, and tasks, that a refusal names; the counts are whole.
const NAMED: usize = 20;

/// 409 with what is open.
pub(crate) fn refused(open: &OpenWork) -> Problem {
    let (processes, tasks) = (open.processes.len(), open.tasks.len() + open.ad_hoc.len());
    let process = open.processes.iter().take(NAMED);
    let task = open.tasks.iter().map(|task| (&task.task_id, &task.name, task.assignee.as_ref()));
    let added = open.ad_hoc.iter().map(|task| (&task.id, &task.title, task.assignee.as_ref().map(|person| &person.id)));
    let task = task.chain(added).take(NAMED);
    let items: Vec<Value> = process
        .map(|process| json!({"kind": "process", "id": process.id, "name": process.name}))
        .chain(task.map(|(id, name, assignee)| json!({"kind": "task", "id": id, "name": name, "assignee": assignee})))
        .collect();
    let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let detail = format!(
        "Its work is not done: {} and {} are open. Finish them, or say `openWork` `cancel`.",
        count(processes, "process", "processes"),
        count(tasks, "task", "tasks")
    );
    Problem::conflict("case-has-open-work", detail)
        .with_details(json!({"processes": processes, "tasks": tasks, "items": items}))
}

/// 409 with the child cases that are open; of those that are not the caller's to see only their count is told.
pub(crate) async fn children(state: &CaseApiState, subject: &Subject, error: ChildrenError) -> Problem {
    let open = match error {
        ChildrenError::Open(open) => open,
        ChildrenError::Case(error) => return error.into(),
    };
    let mut seen = Vec::new();
    for child in open.iter().take(NAMED) {
        if state.access().authorize(subject, "read", &case_resource(child)).await.is_ok() {
            seen.push(Arc::clone(child));
        }
    }
    children_refused(open.len(), &seen)
}

/// 409 with how many child cases are open, and which of them the caller may see.
pub(crate) fn children_refused(count: usize, seen: &[Arc<Case>]) -> Problem {
    let items: Vec<Value> = seen
        .iter()
        .map(|case| json!({"kind": "case", "id": case.id, "name": case.title, "number": case.number}))
        .collect();
    let detail =
        "Child cases are open. Close them first, or, where they close with this one, with `openWork` `cancel`.";
    Problem::conflict("case-has-open-children", detail).with_details(json!({"children": count, "items": items}))
}
