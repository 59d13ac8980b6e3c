//! The fold: the only writer of state, infallible and pure. It never decides anything.

mod counter;
mod migration;

use crate::event::Event;
use crate::ids::Id;
use crate::state::State;
use std::sync::Arc;

/// Applies one event. Replaying all events of a root process instance from [`State::default`] gives its state.
pub fn apply(state: &mut State, event: &Event) {
    counter::raise(state, event);
    match event {
        Event::InstanceStarted { instance, prefix } => {
            if let Some(prefix) = prefix {
                state.prefix = *prefix;
            }
            state.instances.insert(instance.id.0, Arc::clone(instance));
        }
        Event::InstanceSuspended { instance } => suspend(state, instance, true),
        Event::InstanceActivated { instance } => suspend(state, instance, false),
        Event::BusinessKeySet { instance } => {
            state.instances.insert(instance.id.0, Arc::clone(instance));
        }
        Event::InstanceMigrated { instance, moved } => {
            state.instances.insert(instance.id.0, Arc::clone(instance));
            migration::relocate(state, moved);
        }
        Event::InstanceEnded { instance, .. } => {
            state.instances.remove(instance.id.0);
            if instance.id == Id::ROOT {
                state.ended = true;
            }
        }
        Event::FlowTaken { element, .. }
        | Event::TokenPlaced { element }
        | Event::ActivityStarted { element }
        | Event::ElementChanged { element } => state.put_element(Arc::clone(element)),
        Event::TokenRemoved { element } => state.remove_element(*element),
        Event::ActivityEnded { element, leaving, .. } => end_activity(state, *element, *leaving),
        Event::VariableSet { holder, variable, .. } => state.put_variable(holder.id(), Arc::clone(variable)),
        Event::VariableRemoved { holder, variable, .. } => state.remove_variable(holder.id(), &variable.name),
        Event::UserTaskCreated { task } | Event::UserTaskChanged { task, .. } => {
            state.tasks.insert(task.id.0, Arc::clone(task));
        }
        Event::UserTaskEnded { task, .. } => {
            state.tasks.remove(task.id.0);
            state.variables.remove(task.id.0);
        }
        Event::ExternalTaskCreated { task }
        | Event::ExternalTaskLocked { task }
        | Event::ExternalTaskUnlocked { task }
        | Event::ExternalTaskFailed { task, .. }
        | Event::ExternalTaskChanged { task } => {
            state.external_tasks.insert(task.id.0, Arc::clone(task));
        }
        Event::ExternalTaskCompleted { task, .. } | Event::ExternalTaskDeleted { task, .. } => {
            state.external_tasks.remove(task.id.0);
        }
        Event::JobCreated { job } | Event::JobChanged { job } | Event::JobFailed { job, .. } => {
            state.put_job(Arc::clone(job));
        }
        Event::JobExecuted { job, .. } | Event::JobRemoved { job, .. } => state.remove_job(job.id),
        Event::SubscriptionCreated { subscription } => {
            state.put_subscription(Arc::clone(subscription));
        }
        Event::SubscriptionRemoved { subscription } => state.remove_subscription(subscription.id),
        Event::IncidentRaised { incident } | Event::IncidentAnnotated { incident } => {
            state.incidents.insert(incident.id.0, Arc::clone(incident));
        }
        Event::IncidentResolved { incident, .. } | Event::IncidentDeleted { incident, .. } => {
            state.incidents.remove(incident.id.0);
        }
        Event::CompensationRecorded { record } => state.put_compensation(Arc::clone(record)),
        Event::CompensationRemoved { record } => state.remove_compensation(record.id),
        Event::DecisionEvaluated { .. } | Event::ErrorUnhandled { .. } | Event::EffectRequested { .. } => {}
    }
}

fn end_activity(state: &mut State, element: Id, leaving: bool) {
    if leaving {
        if let Some(element) = state.elements.get_mut(element.0) {
            element.phase = crate::entity::Phase::Leaving;
            element.waiting = None;
            element.task = None;
            element.external_task = None;
        }
        state.variables.remove(element.0);
    } else {
        state.remove_element(element);
    }
}

/// Suspension of an instance shows in its tasks, external tasks and jobs.
fn suspend(state: &mut State, instance: &Arc<crate::entity::ProcessInstance>, suspended: bool) {
    state.instances.insert(instance.id.0, Arc::clone(instance));
    let of_instance = |place: &crate::entity::Place| place.instance == instance.id;
    let tasks: Vec<u64> = ids(state.tasks.iter(), |task| of_instance(&task.place));
    for id in tasks {
        if let Some(task) = state.tasks.get_mut(id) {
            task.suspended = suspended;
        }
    }
    let tasks: Vec<u64> = ids(state.external_tasks.iter(), |task| of_instance(&task.place));
    for id in tasks {
        if let Some(task) = state.external_tasks.get_mut(id) {
            task.suspended = suspended;
        }
    }
    let jobs: Vec<u64> = ids(state.jobs.iter(), |job| of_instance(&job.place));
    for id in jobs {
        if let Some(job) = state.jobs.get_mut(id) {
            job.suspended = suspended;
        }
    }
}

fn ids<'a, T: 'a>(entities: impl Iterator<Item = (u64, &'a Arc<T>)>, keep: impl Fn(&T) -> bool) -> Vec<u64> {
    entities.filter(|(_, entity)| keep(entity)).map(|(id, _)| id).collect()
}
