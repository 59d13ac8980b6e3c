//! External tasks: created when the token enters, deleted with their activity.

use super::{incidents, subscriptions, tokens};
use crate::compile::Graph;
use crate::entity::ExternalTask;
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::{Failure, Rejection};
use crate::step::context::Step;
use crate::step::evaluation::{Context, as_integer};
use crate::step::fault::{Done, Fault};
use std::sync::Arc;

/// Topic and priority are evaluated at creation.
pub(crate) fn create(step: &mut Step<'_>, graph: &Graph, id: Id, topic: &str, priority: Option<&str>) -> Done {
    let element = step.element(id)?;
    let context = Context::of(id);
    let topic = step.evaluate_text(context, topic)?.unwrap_or_default();
    let priority = match priority.or(graph.process.task_priority.as_deref()) {
        None => 0,
        Some(text) => match step.evaluate(context, text) {
            // As in Camunda 7: a priority that cannot be told does not keep the process from going on.
            Err(Fault::Rejected(Rejection::Evaluation(_))) => 0,
            value => as_integer(&value?).ok_or(Failure::ExternalTaskPriority)?,
        },
    };
    let task = ExternalTask {
        id: step.next_id(),
        place: element.activity.place.clone(),
        topic,
        worker: None,
        locked_until: None,
        created: step.env.now,
        retries: None,
        priority,
        error_message: None,
        error_details: None,
        suspended: false,
        business_key: subscriptions::business_key(step, &element),
    };
    let task_id = task.id;
    step.emit(Event::ExternalTaskCreated { task: Arc::new(task) });
    tokens::change(step, id, |element| element.external_task = Some(task_id))
}

pub(crate) fn delete(step: &mut Step<'_>, id: Id) {
    let Some(task) = step.state().external_task(id).cloned() else {
        return;
    };
    incidents::delete_for(step, id);
    step.emit(Event::ExternalTaskDeleted { task, at: step.env.now });
}
