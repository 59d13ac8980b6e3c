//! Keeps the counter of ids above every id that an event brings, so that a replayed state goes on with the same ids.

use crate::entity::ElementInstance;
use crate::event::Event;
use crate::ids::Id;
use crate::state::State;

pub(super) fn raise(state: &mut State, event: &Event) {
    let id = match event {
        Event::InstanceStarted { instance, .. } => instance.id,
        Event::FlowTaken { element, .. }
        | Event::TokenPlaced { element }
        | Event::ActivityStarted { element }
        | Event::ElementChanged { element } => highest_of(element),
        Event::VariableSet { variable, .. } => variable.id,
        Event::UserTaskCreated { task } => task.id,
        Event::ExternalTaskCreated { task } => task.id,
        Event::JobCreated { job } => job.id,
        Event::SubscriptionCreated { subscription } => subscription.id,
        Event::IncidentRaised { incident } => incident.id,
        Event::CompensationRecorded { record } => record.id,
        _ => return,
    };
    state.counter = state.counter.max(id.0);
}

fn highest_of(element: &ElementInstance) -> Id {
    [Some(element.id), Some(element.activity.place.execution), element.branch, element.parent_execution]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(element.id)
}
