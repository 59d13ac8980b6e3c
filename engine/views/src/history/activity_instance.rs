//! An activity that was entered, and how it was left.

use crate::HISTORY_ACTIVITY_INSTANCE;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row};
use crate::specs::view;
use casewright_engine_core::entity::{Activity, ElementInstance, Position, UserTask};
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`HISTORY_ACTIVITY_INSTANCE`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_ACTIVITY_INSTANCE)]
pub struct ActivityInstanceRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub parent_activity_instance_id: Option<SmolStr>,
    pub activity_name: Option<SmolStr>,
    pub activity_type: SmolStr,
    pub task_id: Option<SmolStr>,
    pub called_process_instance_id: Option<SmolStr>,
    pub assignee: Option<SmolStr>,
    pub start_time: Instant,
    pub end_time: Option<Instant>,
    pub duration_in_millis: Option<i64>,
    pub canceled: bool,
    pub complete_scope: bool,
    /// Number of the entry it began with.
    pub sequence: u64,
}

pub(crate) const SPEC: ViewSpec = view(
    HISTORY_ACTIVITY_INSTANCE,
    &[
        &[ActivityInstanceRow::PROCESS_INSTANCE_ID],
        &[ActivityInstanceRow::ACTIVITY_ID],
        &[ActivityInstanceRow::PROCESS_DEFINITION_ID],
    ],
);

/// How an activity ended.
pub(crate) struct ActivityEnd {
    pub(crate) at: Instant,
    pub(crate) canceled: bool,
    pub(crate) completes_scope: bool,
}

pub(crate) fn activity_started(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    if element.position == Position::Process || is_link(&element.activity) {
        return;
    }
    let activity = &element.activity;
    let id = names.activity_instance(&activity.place);
    let row = ActivityInstanceRow {
        place: names.place(&activity.place),
        id: id.clone(),
        parent_activity_instance_id: parent(names, activity),
        activity_name: activity_name(activity).map(SmolStr::new),
        activity_type: activity.activity_type.clone(),
        task_id: names.optional(element.task),
        called_process_instance_id: names.optional(element.called),
        assignee: None,
        start_time: activity.started,
        end_time: None,
        duration_in_millis: None,
        canceled: false,
        complete_scope: false,
        sequence: names.seq,
    };
    out.insert(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, row);
}

/// Camunda tells nothing of link events: they are a way to draw a flow.
fn is_link(activity: &Activity) -> bool {
    matches!(activity.activity_type.as_str(), "intermediateLinkThrow" | "intermediateLinkCatch")
}

/// A multi-instance body has no name of its own.
fn activity_name(activity: &Activity) -> Option<&str> {
    activity.activity_name.as_deref().filter(|_| activity.activity_type != "multiInstanceBody")
}

fn parent(names: &Names<'_>, activity: &Activity) -> Option<SmolStr> {
    let parent = activity.parent?;
    let activity_id = activity.parent_activity_id.as_deref().unwrap_or_default();
    Some(names.element(activity.place.instance, parent, activity_id))
}

/// The called instance is known only after the activity started.
pub(crate) fn element_changed(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    if element.called.is_none() && element.task.is_none() {
        return;
    }
    let id = names.activity_instance(&element.activity.place);
    let fields = row! {
        ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID => names.optional(element.called),
        ActivityInstanceRow::TASK_ID => names.optional(element.task),
    };
    out.patch(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, fields);
}

pub(crate) fn activity_ended(names: &Names<'_>, activity: &Activity, end: &ActivityEnd, out: &mut ViewWrites) {
    let id = names.activity_instance(&activity.place);
    let fields = row! {
        ActivityInstanceRow::END_TIME => end.at,
        ActivityInstanceRow::DURATION_IN_MILLIS => end.at.0 - activity.started.0,
        ActivityInstanceRow::CANCELED => end.canceled,
        ActivityInstanceRow::COMPLETE_SCOPE => end.completes_scope,
    };
    out.patch(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, fields);
}

/// The activity of a user task knows its task, and who has it.
pub(super) fn of_task(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    let id = names.activity_instance(&task.place);
    let fields = row! {
        ActivityInstanceRow::TASK_ID => names.id(task.id),
        ActivityInstanceRow::ASSIGNEE => task.assignee.as_ref(),
    };
    out.patch(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, fields);
}
