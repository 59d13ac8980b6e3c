//! A migration puts everything that moved over what was there; ids and owners stay.

use crate::event::Moved;
use crate::state::State;
use std::sync::Arc;

pub(super) fn relocate(state: &mut State, moved: &Moved) {
    for element in &moved.elements {
        state.put_element(Arc::clone(element));
    }
    for (holder, variable) in &moved.variables {
        state.put_variable(holder.id(), Arc::clone(variable));
    }
    for task in &moved.tasks {
        state.tasks.insert(task.id.0, Arc::clone(task));
    }
    for task in &moved.external_tasks {
        state.external_tasks.insert(task.id.0, Arc::clone(task));
    }
    for job in &moved.jobs {
        state.put_job(Arc::clone(job));
    }
    for subscription in &moved.subscriptions {
        state.put_subscription(Arc::clone(subscription));
    }
    for incident in &moved.incidents {
        state.incidents.insert(incident.id.0, Arc::clone(incident));
    }
    for record in &moved.compensations {
        state.put_compensation(Arc::clone(record));
    }
}
