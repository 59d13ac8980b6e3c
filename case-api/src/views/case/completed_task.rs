//! The row of view `completed-task`.

use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::person::Person;
use casewright_instant::Instant;
use casewright_journal::{EntryMeta, ViewWrites};
use casewright_rows::Row;

/// A task of a case that somebody completed: of one of its processes, or one that was added by hand. It belongs to its case: who may see
/// that may see it, and it goes with it.
#[derive(Clone, Debug, Row)]
#[row(view = "completed-task")]
pub(crate) struct CompletedTaskRow {
    pub(crate) name: String,
    pub(crate) case_id: String,
    /// What only a process has is null of one that was added by hand.
    pub(crate) root_process_instance_id: Option<String>,
    pub(crate) process_definition_key: Option<String>,
    pub(crate) task_definition_key: Option<String>,
    /// Whose it was at last.
    pub(crate) assignee: Option<String>,
    pub(crate) completed_by_id: String,
    #[row(json)]
    pub(crate) completed_by: Person,
    pub(crate) completed_at: Instant,
    /// Number of the entry of the case that says so.
    pub(crate) version: u64,
}

/// Writes what an entry of a case says of completed tasks.
pub(super) fn put(event: &CaseEvent, meta: &EntryMeta, out: &mut ViewWrites) {
    let (tenant, case) = (&meta.key.tenant, &meta.key.id);
    let of = |name: &str, assignee: Option<String>| CompletedTaskRow {
        name: name.to_owned(),
        case_id: case.to_string(),
        root_process_instance_id: None,
        process_definition_key: None,
        task_definition_key: None,
        assignee,
        completed_by_id: event.by.id.clone(),
        completed_by: event.by.clone(),
        completed_at: meta.at.into(),
        version: meta.seq,
    };
    match &event.fact {
        Fact::TaskCompleted { task, source, .. } => {
            let row = CompletedTaskRow {
                root_process_instance_id: Some(source.instance.clone()),
                process_definition_key: Some(task.process_definition_key.clone()).filter(|key| !key.is_empty()),
                task_definition_key: Some(task.task_definition_key.clone()),
                ..of(&task.name, task.assignee.clone())
            };
            out.put(tenant, CompletedTaskRow::VIEW, &task.task_id, row);
        }
        Fact::AdHocTaskCompleted { task, .. } => {
            let assignee = task.assignee.as_ref().map(|person| person.id.clone());
            out.put(tenant, CompletedTaskRow::VIEW, &task.id, of(&task.title, assignee));
        }
        Fact::AdHocTaskReopened { task, .. } | Fact::AdHocTaskRemoved { task, .. } => {
            out.remove(tenant, CompletedTaskRow::VIEW, &task.id);
        }
        _ => {}
    }
}
