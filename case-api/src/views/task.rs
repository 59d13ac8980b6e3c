//! View `work-task`: open user tasks, derived from the engine's log.
//!
//! View `instance-case`: the case that a root process instance names in its variable `caseId`. It is derived from the
//! instance's own entries and not from those of the case, so that a task is never seen before it is known whose it is.

use super::NEVER;
use casewright_contracts::ids::entity_id;
use casewright_contracts::links::InstanceCaseRow;
use casewright_contracts::process::{CaseNamed, UserTask, UserTaskChanged, UserTaskEnded};
use casewright_contracts::{ProcessEvent, kinds};
use casewright_instant::Instant;
use casewright_journal::{Entry, FORGOTTEN, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// An open user task.
#[derive(Clone, Debug, Row)]
#[row(view = "work-task")]
pub(crate) struct TaskRow {
    pub(crate) name: String,
    pub(crate) process_instance_id: String,
    pub(crate) root_process_instance_id: String,
    pub(crate) process_definition_id: SmolStr,
    pub(crate) process_definition_key: SmolStr,
    pub(crate) task_definition_key: String,
    pub(crate) assignee: Option<String>,
    pub(crate) candidate_users: Vec<String>,
    pub(crate) candidate_groups: Vec<String>,
    pub(crate) created_at: Instant,
    pub(crate) due_at: Option<Instant>,
    /// [`Self::due_at`], or behind every instant.
    pub(crate) due_sort: Instant,
    pub(crate) follow_up_at: Option<Instant>,
    pub(crate) priority: i32,
    pub(crate) form_key: Option<String>,
    /// Number of the entry of the root process instance that last changed it.
    pub(crate) version: u64,
}

impl TaskRow {
    fn of(root: &str, task: &UserTask, version: u64) -> Self {
        Self {
            name: task.display_name().to_owned(),
            process_instance_id: entity_id(root, task.instance),
            root_process_instance_id: root.to_owned(),
            process_definition_id: task.definition.id.clone(),
            process_definition_key: task.definition.key.clone(),
            task_definition_key: task.activity_id.clone(),
            assignee: task.assignee.clone(),
            candidate_users: task.candidate_users(),
            candidate_groups: task.candidate_groups(),
            created_at: task.created,
            due_at: task.due,
            due_sort: task.due.unwrap_or(NEVER),
            follow_up_at: task.follow_up,
            priority: task.priority,
            form_key: task.form_key().map(str::to_owned),
            version,
        }
    }
}

/// Writes the rows of tasks, and those that lead from an instance to the case it names.
pub(crate) struct TaskProjector;

impl Projector for TaskProjector {
    fn group(&self) -> &'static str {
        "case-api-tasks"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: TaskRow::VIEW,
                indexes: &[
                    &[TaskRow::CREATED_AT],
                    &[TaskRow::ASSIGNEE, TaskRow::CREATED_AT],
                    &[TaskRow::ROOT_PROCESS_INSTANCE_ID],
                    &[TaskRow::DUE_SORT],
                    &[TaskRow::PRIORITY],
                ],
                full_text: &[TaskRow::NAME],
                denormalized: None,
            },
            ViewSpec {
                name: InstanceCaseRow::VIEW,
                indexes: &[&[InstanceCaseRow::CASE_ID]],
                full_text: &[],
                denormalized: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::PROCESS_INSTANCE]
    }

    fn version(&self) -> u32 {
        // Instants are numbers.
        3
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let (tenant, root) = (&entry.meta.key.tenant, &entry.meta.key.id);
        if entry.event == FORGOTTEN {
            return out.remove(tenant, InstanceCaseRow::VIEW, root);
        }
        match crate::views::entry::of_process(entry) {
            Some(ProcessEvent::CaseNamed(CaseNamed { case_id, .. })) => {
                let link = InstanceCaseRow { instance_id: root.clone(), case_id: case_id.into() };
                out.put(tenant, InstanceCaseRow::VIEW, root, link);
            }
            Some(ProcessEvent::UserTaskCreated(task)) => {
                out.insert(tenant, TaskRow::VIEW, &task.id_in(root), TaskRow::of(root, &task, entry.meta.seq));
            }
            Some(ProcessEvent::UserTaskChanged(UserTaskChanged { task, .. })) => {
                out.put(tenant, TaskRow::VIEW, &task.id_in(root), TaskRow::of(root, &task, entry.meta.seq));
            }
            Some(ProcessEvent::UserTaskEnded(UserTaskEnded { task, .. })) => {
                out.remove(tenant, TaskRow::VIEW, &task.id_in(root));
            }
            _ => {}
        }
    }
}
