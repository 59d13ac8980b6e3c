//! A user task that is open, of a process or without one.

use super::identity_link::{self, link_id};
use crate::aggregate::StandaloneTask;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::specs::view;
use crate::{IDENTITY_LINK, TASK};
use casewright_engine_core::entity::{DelegationState, TaskForm, TaskState, UserTask};
use casewright_engine_core::event::TaskChange;
use casewright_engine_model::model::{Binding, Form};
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

/// A row of [`TASK`].
#[derive(Clone, Debug, Row)]
#[row(view = TASK)]
pub struct TaskRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub name: Option<Arc<str>>,
    pub name_lower: Option<String>,
    pub description: Option<Arc<str>>,
    pub assignee: Option<SmolStr>,
    pub owner: Option<SmolStr>,
    pub delegation_state: Option<SmolStr>,
    pub priority: i32,
    pub created: Instant,
    pub last_updated: Option<Instant>,
    pub due: Option<Instant>,
    pub follow_up: Option<Instant>,
    pub parent_task_id: Option<SmolStr>,
    pub case_instance_id: Option<SmolStr>,
    pub task_definition_key: Option<SmolStr>,
    pub task_state: SmolStr,
    pub form_key: Option<SmolStr>,
    /// `{key, binding, version}`, or null.
    pub camunda_form_ref: Json,
}

/// What rows of tasks without a process have besides.
#[derive(Clone, Copy, Debug, Row)]
pub struct StandaloneTaskRow {
    pub standalone: bool,
}

pub(crate) const SPEC: ViewSpec = view(
    TASK,
    &[
        &[TaskRow::ID],
        &[TaskRow::PROCESS_INSTANCE_ID],
        &[TaskRow::ASSIGNEE],
        &[TaskRow::TASK_DEFINITION_KEY],
        &[TaskRow::PROCESS_DEFINITION_KEY],
        &[TaskRow::CREATED],
    ],
);

pub(crate) fn task_created(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    out.insert(names.tenant, TASK, &names.id(task.id), row_of(names, task));
    for link in &task.links {
        identity_link::put(names, task, link, out);
    }
}

pub(crate) fn task_changed(names: &Names<'_>, task: &UserTask, changes: &[TaskChange], out: &mut ViewWrites) {
    out.put(names.tenant, TASK, &names.id(task.id), row_of(names, task));
    for change in changes {
        match change {
            TaskChange::LinkAdded { link } => identity_link::put(names, task, link, out),
            TaskChange::LinkRemoved { link } => {
                out.remove(names.tenant, IDENTITY_LINK, &link_id(names, task.id, link));
            }
            TaskChange::Property { .. } => {}
        }
    }
    // Links repeat who has the task.
    if changes.iter().any(|change| matches!(change, TaskChange::Property { name, .. } if name == "assignee")) {
        for link in &task.links {
            identity_link::put(names, task, link, out);
        }
    }
}

pub(crate) fn task_ended(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    out.remove(names.tenant, TASK, &names.id(task.id));
    for link in &task.links {
        out.remove(names.tenant, IDENTITY_LINK, &link_id(names, task.id, link));
    }
}

/// The state in the words of the contract.
pub(crate) fn task_state(state: TaskState) -> &'static str {
    match state {
        TaskState::Created => "Created",
        TaskState::Updated => "Updated",
        TaskState::Completed => "Completed",
        TaskState::Deleted => "Deleted",
    }
}

fn row_of(names: &Names<'_>, task: &UserTask) -> TaskRow {
    let (form_key, camunda_form_ref) = match &task.form {
        None => (None, Json::Null),
        Some(TaskForm::Key(key)) => (Some(key.clone()), Json::Null),
        Some(TaskForm::Reference(form)) => (None, form_reference(form)),
    };
    TaskRow {
        place: names.place(&task.place),
        id: names.id(task.id),
        name: task.name.clone(),
        name_lower: task.name.as_deref().map(str::to_lowercase),
        description: task.description.clone(),
        assignee: task.assignee.clone(),
        owner: task.owner.clone(),
        delegation_state: task.delegation.map(delegation_state).map(SmolStr::new_static),
        priority: task.priority,
        created: task.created,
        last_updated: task.updated,
        due: task.due,
        follow_up: task.follow_up,
        parent_task_id: task.parent_task.clone(),
        case_instance_id: task.case_instance_id.clone(),
        task_definition_key: Some(task.place.activity_id.clone()),
        task_state: SmolStr::new_static(task_state(task.state)),
        form_key,
        camunda_form_ref,
    }
}

/// What the rows of a task without a process have in the present and in history.
pub(crate) fn standalone_fields(task: &StandaloneTask, state: &'static str) -> casewright_rows::Row {
    row! {
        TaskRow::NAME => task.name.as_ref(),
        TaskRow::NAME_LOWER => task.name.as_deref().map(str::to_lowercase),
        TaskRow::DESCRIPTION => task.description.as_ref(),
        TaskRow::ASSIGNEE => task.assignee.as_deref(),
        TaskRow::OWNER => task.owner.as_deref(),
        TaskRow::DELEGATION_STATE => task.delegation.map(delegation_state),
        TaskRow::PRIORITY => task.priority,
        TaskRow::LAST_UPDATED => task.updated,
        TaskRow::DUE => task.due,
        TaskRow::FOLLOW_UP => task.follow_up,
        TaskRow::PARENT_TASK_ID => task.parent.as_deref(),
        TaskRow::CASE_INSTANCE_ID => task.case_instance_id.as_deref(),
        TaskRow::TENANT_ID => task.tenant_id.as_deref(),
        TaskRow::TASK_STATE => state,
    }
}

/// The row of a task without a process.
pub(crate) fn standalone_row(task: &StandaloneTask, state: &'static str) -> casewright_rows::Row {
    with(
        standalone_fields(task, state),
        row! {
            TaskRow::ID => task.id.as_str(),
            TaskRow::CREATED => task.created,
            StandaloneTaskRow::STANDALONE => true,
        },
    )
}

/// A delegation as the contract spells it.
pub fn delegation_state(state: DelegationState) -> &'static str {
    match state {
        DelegationState::Pending => "PENDING",
        DelegationState::Resolved => "RESOLVED",
    }
}

/// `{key, binding, version}` of the contract.
pub fn form_reference(form: &Form) -> Json {
    let Form::Reference { key, binding } = form else {
        return Json::Null;
    };
    let (binding, version) = match binding {
        Binding::Latest => ("latest", Json::Null),
        Binding::Deployment => ("deployment", Json::Null),
        Binding::Version(version) => ("version", version.parse::<i64>().map_or(Json::Null, Json::from)),
        Binding::VersionTag(_) => ("versionTag", Json::Null),
    };
    json!({"key": key, "binding": binding, "version": version})
}
