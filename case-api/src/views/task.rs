//! View `work-task`: open tasks. User tasks are derived from the engine's log, those that somebody added by hand from their case's.
//!
//! View `instance-case`: the case that a root process instance names in its variable `caseId`. It is derived from the
//! instance's own entries and not from those of the case, so that a task is never seen before it is known whose it is.

use super::NEVER;
use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::domain::case::{Case, CaseEvent, Fact};
use casewright_contracts::ids::entity_id;
use casewright_contracts::links::InstanceCaseRow;
use casewright_contracts::process::{CaseNamed, UserTask, UserTaskChanged, UserTaskEnded};
use casewright_contracts::{ProcessEvent, kinds};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, FORGOTTEN, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// An open task: a user task of a process, or one that somebody added to a case by hand. What only a process has is null then.
#[derive(Clone, Debug, Row)]
#[row(view = "work-task")]
pub(crate) struct TaskRow {
    pub(crate) name: String,
    pub(crate) process_instance_id: Option<String>,
    pub(crate) root_process_instance_id: Option<String>,
    pub(crate) process_definition_id: Option<String>,
    pub(crate) process_definition_key: Option<String>,
    pub(crate) task_definition_key: Option<String>,
    pub(crate) assignee: Option<String>,
    /// Who it was taken by before it was delegated.
    pub(crate) owner: Option<String>,
    /// Its assignee does it for its owner, and gives it back.
    pub(crate) is_delegated: bool,
    pub(crate) candidate_users: Vec<String>,
    pub(crate) candidate_groups: Vec<String>,
    pub(crate) created_at: Instant,
    pub(crate) due_at: Option<Instant>,
    /// [`Self::due_at`], or behind every instant.
    pub(crate) due_sort: Instant,
    pub(crate) follow_up_at: Option<Instant>,
    /// [`Self::follow_up_at`], or behind every instant.
    pub(crate) follow_up_sort: Instant,
    pub(crate) priority: i32,
    pub(crate) form_key: Option<String>,
    /// Number of the entry of the root process instance, or the case, that last changed it.
    pub(crate) version: u64,
    /// The case that somebody added it to; null: a process made it.
    pub(crate) case_id: Option<String>,
    /// Who added it.
    pub(crate) created_by: Option<String>,
}

impl TaskRow {
    fn of(root: &str, task: &UserTask, version: u64) -> Self {
        Self {
            name: task.display_name().to_owned(),
            process_instance_id: Some(entity_id(root, task.instance)),
            root_process_instance_id: Some(root.to_owned()),
            process_definition_id: Some(task.definition.id.to_string()),
            process_definition_key: Some(task.definition.key.to_string()),
            task_definition_key: Some(task.activity_id.clone()),
            assignee: task.assignee.clone(),
            owner: task.owner.clone(),
            is_delegated: task.is_delegated(),
            candidate_users: task.candidate_users(),
            candidate_groups: task.candidate_groups(),
            created_at: task.created,
            due_at: task.due,
            due_sort: task.due.unwrap_or(NEVER),
            follow_up_at: task.follow_up,
            follow_up_sort: task.follow_up.unwrap_or(NEVER),
            priority: task.priority,
            form_key: task.form_key().map(str::to_owned),
            version,
            case_id: None,
            created_by: None,
        }
    }

    fn added(case: &str, task: &AdHocTask, version: u64) -> Self {
        Self {
            name: task.title.clone(),
            process_instance_id: None,
            root_process_instance_id: None,
            process_definition_id: None,
            process_definition_key: None,
            task_definition_key: None,
            assignee: task.assignee.as_ref().map(|person| person.id.clone()),
            owner: None,
            is_delegated: false,
            candidate_users: Vec::new(),
            candidate_groups: Vec::from_iter(task.group.clone()),
            created_at: task.created_at,
            due_at: task.due_at,
            due_sort: task.due_at.unwrap_or(NEVER),
            follow_up_at: None,
            follow_up_sort: NEVER,
            priority: USUAL_PRIORITY,
            form_key: None,
            version,
            case_id: Some(case.to_owned()),
            created_by: Some(task.created_by.id.clone()),
        }
    }
}

/// The priority of a user task of which nobody said another (Camunda 7's default).
pub(crate) const USUAL_PRIORITY: i32 = 50;

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
                    // What is to be taken is found, and counted, by it alone.
                    &[TaskRow::ASSIGNEE, TaskRow::CREATED_AT, TaskRow::CANDIDATE_GROUPS],
                    &[TaskRow::ROOT_PROCESS_INSTANCE_ID],
                    &[TaskRow::CASE_ID],
                    &[TaskRow::DUE_SORT],
                    &[TaskRow::PRIORITY],
                    &[TaskRow::FOLLOW_UP_SORT],
                    &[TaskRow::OWNER],
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
        &[kinds::PROCESS_INSTANCE, Case::KIND]
    }

    fn version(&self) -> u32 {
        // Instants are numbers; tasks that somebody added by hand have rows; owners of delegated tasks are told; groups have a column.
        6
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        if entry.meta.key.kind.as_str() == Case::KIND {
            return of_case(entry, out);
        }
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

/// The row of a task that somebody added, while it is open.
fn of_case(entry: &Entry, out: &mut ViewWrites) {
    // A case that is forgotten is closed: no task of it is open, so none has a row.
    // What every other entry of a case says is not read.
    if !entry.event.starts_with("ad-hoc-task-") {
        return;
    }
    let Some(event) = crate::views::entry::read::<CaseEvent>(entry) else {
        return;
    };
    let Some((task, _)) = event.fact.ad_hoc_task() else {
        return;
    };
    let (tenant, case) = (&entry.meta.key.tenant, &entry.meta.key.id);
    if task.is_open() && !matches!(event.fact, Fact::AdHocTaskRemoved { .. }) {
        out.put(tenant, TaskRow::VIEW, &task.id, TaskRow::added(case, task, entry.meta.seq));
    } else {
        out.remove(tenant, TaskRow::VIEW, &task.id);
    }
}
