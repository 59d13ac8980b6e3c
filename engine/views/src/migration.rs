//! Rows of what a migration moved: the same rows, in another place.

use super::history::{ActivityInstanceRow, PastTaskRow};
use super::place::PlaceRow;
use super::row::{Names, row, with};
use super::{
    EVENT_SUBSCRIPTION, HISTORY_ACTIVITY_INSTANCE, HISTORY_INCIDENT, HISTORY_TASK, HISTORY_VARIABLE, INCIDENT,
    VARIABLE, runtime,
};
use casewright_engine_core::entity::{ElementInstance, Phase, Place, Position};
use casewright_engine_core::event::Moved;
use casewright_journal::{Row, ViewWrites};

pub(super) fn moved(names: &Names<'_>, moved: &Moved, out: &mut ViewWrites) {
    for element in &moved.elements {
        runtime::element(names, element, out);
        history_of(names, element, out);
    }
    for (_, variable) in &moved.variables {
        let id = names.id(variable.id);
        let fields = definition(&variable.place);
        out.patch(names.tenant, VARIABLE, &id, fields.clone());
        out.patch(names.tenant, HISTORY_VARIABLE, &id, fields);
    }
    for task in &moved.tasks {
        runtime::task_changed(names, task, &[], out);
        let fields =
            with(definition(&task.place), row! { PastTaskRow::TASK_DEFINITION_KEY => task.place.activity_id.as_str() });
        out.patch(names.tenant, HISTORY_TASK, &names.id(task.id), fields);
    }
    for task in &moved.external_tasks {
        runtime::external_task(names, task, out);
    }
    for job in &moved.jobs {
        runtime::job(names, job, out);
    }
    for subscription in &moved.subscriptions {
        out.patch(names.tenant, EVENT_SUBSCRIPTION, &names.id(subscription.id), place(&subscription.place));
    }
    for record in &moved.compensations {
        out.patch(names.tenant, EVENT_SUBSCRIPTION, &names.id(record.id), place(&record.place));
    }
    for incident in &moved.incidents {
        let id = names.id(incident.id);
        let fields = place(&incident.place);
        out.patch(names.tenant, INCIDENT, &id, fields.clone());
        out.patch(names.tenant, HISTORY_INCIDENT, &id, fields);
    }
}

fn definition(place: &Place) -> Row {
    row! {
        PlaceRow::PROCESS_DEFINITION_ID => place.definition.id.as_str(),
        PlaceRow::PROCESS_DEFINITION_KEY => place.definition.key.as_str(),
    }
}

fn place(place: &Place) -> Row {
    with(definition(place), row! { PlaceRow::ACTIVITY_ID => place.activity_id.as_str() })
}

/// History has no row of the process itself, nor of a token that has not entered yet.
fn history_of(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    if element.position == Position::Process || element.phase == Phase::Arriving {
        return;
    }
    let activity = &element.activity;
    let fields = with(
        place(&activity.place),
        row! {
            ActivityInstanceRow::ACTIVITY_NAME => activity.activity_name.as_deref(),
            ActivityInstanceRow::ACTIVITY_TYPE => activity.activity_type.as_str(),
        },
    );
    out.patch(names.tenant, HISTORY_ACTIVITY_INSTANCE, &names.activity_instance(&activity.place), fields);
}
