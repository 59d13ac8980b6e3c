//! Scopes are cancelled with everything inside, and what an element instance has is cleared away.

use super::{compensation, external_tasks, incidents, instances, io_mapping, listeners, subscriptions, tasks};
use crate::entity::{ElementInstance, EndState, Phase, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::ListenerEvent;
use std::sync::Arc;

/// Why an element's belongings are taken away.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    Completed,
    /// By the process itself: boundary event, terminate, gateway.
    Interrupted,
    /// From outside, with the reason given.
    Deleted(Option<Arc<str>>),
    /// By a modification, which gives its reason to the instance and to what runs on the instance's own execution.
    Modified(Arc<str>),
}

impl Cause {
    /// How a called instance ends by it.
    fn end_state(&self) -> EndState {
        match self {
            Self::Completed | Self::Interrupted => EndState::InternallyTerminated,
            Self::Deleted(_) | Self::Modified(_) => EndState::ExternallyTerminated,
        }
    }

    pub(crate) fn reason(&self) -> Option<Arc<str>> {
        match self {
            Self::Completed | Self::Interrupted => None,
            Self::Deleted(reason) => reason.clone(),
            Self::Modified(reason) => Some(Arc::clone(reason)),
        }
    }

    /// Why the user task of an element is deleted; none: the contract's `deleted`.
    fn of_task(&self, element: &ElementInstance) -> Option<Arc<str>> {
        let place = &element.activity.place;
        match self {
            Self::Modified(_) if place.execution != place.instance => None,
            cause => cause.reason(),
        }
    }
}

/// Cancels an element instance with all inside it. What was to happen next in its scope is the caller's business.
pub(crate) fn cancel(step: &mut Step<'_>, id: Id, cause: &Cause) -> Done {
    let Some(element) = step.state().element(id).cloned() else {
        return Ok(());
    };
    clear(step, &element, cause.clone())?;
    let is_activity = matches!(element.phase, Phase::Active | Phase::Compensating);
    if !is_activity {
        step.emit(Event::TokenRemoved { element: id });
        return Ok(());
    }
    if element.phase == Phase::Active {
        let graph = step.graph_of(&element)?;
        if !step.skips().listeners {
            listeners::run(step, &graph, id, ListenerEvent::End)?;
        }
        // Camunda 7 maps outputs of cancelled activities too, unless told otherwise.
        if let (Position::Node(node), false) = (element.position, step.skips().io_mappings) {
            io_mapping::map_outputs(step, &graph, id, node)?;
        }
    }
    step.emit(Event::ActivityEnded {
        element: id,
        activity: Arc::clone(&element.activity),
        ended: step.env.now,
        canceled: true,
        completes_scope: false,
        leaving: false,
    });
    Ok(())
}

/// Takes away what an element instance has: children, a called instance, tasks, jobs, subscriptions, incidents, records.
pub(crate) fn clear(step: &mut Step<'_>, element: &ElementInstance, cause: Cause) -> Done {
    // Jobs and subscriptions first: nothing may fire while the scope is torn down.
    subscriptions::withdraw_all(step, element.id);
    let children: Vec<Id> = step.state().children(element.id).collect();
    for child in children.into_iter().rev() {
        cancel(step, child, &cause)?;
    }
    if let Some(called) = element.called {
        instances::terminate(step, called, cause.end_state(), cause.reason())?;
    }
    if let Some(task) = element.task {
        tasks::delete(step, task, cause.of_task(element))?;
    }
    if let Some(task) = element.external_task {
        external_tasks::delete(step, task);
    }
    compensation::forget(step, element.id);
    incidents::delete_of(step, element.id);
    Ok(())
}

/// Cancels all inside a scope, but not the scope.
pub(crate) fn cancel_children(step: &mut Step<'_>, scope: Id, except: Option<Id>) -> Done {
    let children: Vec<Id> = step.state().children(scope).collect();
    for child in children.into_iter().rev().filter(|child| Some(*child) != except) {
        cancel(step, child, &Cause::Interrupted)?;
    }
    Ok(())
}
