//! A user task, open or done.

use super::activity_instance;
use super::identity_link::LinkLog;
use crate::HISTORY_TASK;
use crate::aggregate::StandaloneTask;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::runtime::task_state;
use crate::specs::view;
use casewright_engine_core::entity::UserTask;
use casewright_engine_core::event::TaskChange;
use casewright_engine_value::{Instant, Value};
use casewright_journal::{Cell, ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;
use std::sync::Arc;

/// A row of [`HISTORY_TASK`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_TASK)]
pub struct PastTaskRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub name: Option<Arc<str>>,
    pub description: Option<Arc<str>>,
    pub owner: Option<SmolStr>,
    pub assignee: Option<SmolStr>,
    pub priority: i32,
    pub due: Option<Instant>,
    pub follow_up: Option<Instant>,
    pub parent_task_id: Option<SmolStr>,
    pub case_instance_id: Option<SmolStr>,
    pub task_state: SmolStr,
    pub id: SmolStr,
    pub start_time: Instant,
    pub end_time: Option<Instant>,
    pub duration: Option<i64>,
    pub delete_reason: Option<String>,
    pub task_definition_key: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec =
    view(HISTORY_TASK, &[&[PastTaskRow::ID], &[PastTaskRow::PROCESS_INSTANCE_ID], &[PastTaskRow::ASSIGNEE]]);

pub(crate) fn task_created(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    let id = names.id(task.id);
    let document = with(
        with(names.place(&task.place), task_fields(task)),
        row! {
            PastTaskRow::ID => id.as_str(),
            PastTaskRow::START_TIME => task.created,
            PastTaskRow::END_TIME => Cell::Null,
            PastTaskRow::DURATION => Cell::Null,
            PastTaskRow::DELETE_REASON => Cell::Null,
            PastTaskRow::TASK_DEFINITION_KEY => &task.place.activity_id,
        },
    );
    out.insert(names.tenant, HISTORY_TASK, &id, document);
    activity_instance::of_task(names, task, out);
    let mut log = LinkLog::new(names, task, task.created);
    for link in &task.links {
        log.link("add", link, out);
    }
    log.user("add", "assignee", task.assignee.as_deref(), out);
    log.user("add", "owner", task.owner.as_deref(), out);
}

fn task_fields(task: &UserTask) -> Row {
    row! {
        PastTaskRow::NAME => task.name.as_ref(),
        PastTaskRow::DESCRIPTION => task.description.as_ref(),
        PastTaskRow::OWNER => task.owner.as_ref(),
        PastTaskRow::ASSIGNEE => task.assignee.as_ref(),
        PastTaskRow::PRIORITY => task.priority,
        PastTaskRow::DUE => task.due,
        PastTaskRow::FOLLOW_UP => task.follow_up,
        PastTaskRow::PARENT_TASK_ID => task.parent_task.as_ref(),
        PastTaskRow::CASE_INSTANCE_ID => task.case_instance_id.as_ref(),
        PastTaskRow::TASK_STATE => task_state(task.state),
    }
}

pub(crate) fn task_changed(names: &Names<'_>, task: &UserTask, changes: &[TaskChange], out: &mut ViewWrites) {
    let id = names.id(task.id);
    out.patch(names.tenant, HISTORY_TASK, &id, task_fields(task));
    activity_instance::of_task(names, task, out);
    let mut log = LinkLog::new(names, task, task.updated.unwrap_or(task.created));
    for change in changes {
        match change {
            TaskChange::LinkAdded { link } => log.link("add", link, out),
            TaskChange::LinkRemoved { link } => log.link("delete", link, out),
            TaskChange::Property { name, old, new } if name == "assignee" || name == "owner" => {
                log.user("delete", name, text(old), out);
                log.user("add", name, text(new), out);
            }
            TaskChange::Property { .. } => {}
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

pub(crate) fn task_ended(names: &Names<'_>, task: &UserTask, ended: Instant, reason: &str, out: &mut ViewWrites) {
    let id = names.id(task.id);
    let fields = with(
        task_fields(task),
        row! {
            PastTaskRow::END_TIME => ended,
            PastTaskRow::DURATION => ended.0 - task.created.0,
            PastTaskRow::DELETE_REASON => reason,
            PastTaskRow::TASK_STATE => if reason == "completed" { "Completed" } else { "Deleted" },
        },
    );
    out.patch(names.tenant, HISTORY_TASK, &id, fields);
}

/// The row of a task without a process, from what its row of the present has.
pub(crate) fn standalone_row(task: &StandaloneTask, fields: Row) -> Row {
    with(
        fields,
        row! {
            PastTaskRow::ID => task.id.as_str(),
            PastTaskRow::START_TIME => task.created,
            PastTaskRow::END_TIME => Cell::Null,
        },
    )
}

/// What the end of a task without a process changes.
pub(crate) fn standalone_end(task: &StandaloneTask, at: Instant, reason: String, state: &'static str) -> Row {
    row! {
        PastTaskRow::END_TIME => at,
        PastTaskRow::DURATION => at.0 - task.created.0,
        PastTaskRow::DELETE_REASON => reason,
        PastTaskRow::TASK_STATE => state,
    }
}
