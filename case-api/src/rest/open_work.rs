//! How a case that still has work refuses to close.

use crate::domain::case::decide::OpenWork;
use casewright_service::Problem;
use serde_json::{Value, json};

/// Processes, and tasks, that a refusal names; the counts are whole.
const NAMED: usize = 20;

/// 409 with what is open.
pub(crate) fn refused(open: &OpenWork) -> Problem {
    let (processes, tasks) = (open.processes.len(), open.tasks.len());
    let process = open.processes.iter().take(NAMED);
    let task = open.tasks.iter().take(NAMED);
    let items: Vec<Value> = process
        .map(|process| json!({"kind": "process", "id": process.id, "name": process.name}))
        .chain(
            task.map(|task| json!({"kind": "task", "id": task.task_id, "name": task.name, "assignee": task.assignee})),
        )
        .collect();
    let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let detail = format!(
        "Its work is not done: {} and {} are open. Finish them, or close the case with `openWork` `cancel`.",
        count(processes, "process", "processes"),
        count(tasks, "task", "tasks")
    );
    Problem::conflict("case-has-open-work", detail)
        .with_details(json!({"processes": processes, "tasks": tasks, "items": items}))
}
