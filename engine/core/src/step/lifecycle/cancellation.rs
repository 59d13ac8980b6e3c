//! Cancelling from outside: an element goes together with every scope around it that has nothing else inside, across
//! call activities too, so that nothing is left waiting for ever.

use crate::entity::{EndState, Waiting};
use crate::ids::Id;
use crate::step::behavior::{instances, scopes, tokens};
use crate::step::context::{Emptied, Step};
use crate::step::element::{self, At, Remains};
use crate::step::fault::Done;

pub(crate) fn cancel_outwards(step: &mut Step<'_>, id: Id, cause: &scopes::Cause) -> Done {
    let mut next = Some(id);
    while let Some(at) = next {
        next = cancel_one(step, at, cause)?;
    }
    Ok(())
}

/// Gives what has nothing inside any more by that.
fn cancel_one(step: &mut Step<'_>, id: Id, cause: &scopes::Cause) -> Done<Option<Id>> {
    let Some(element) = step.state().element(id).cloned() else {
        return Ok(None);
    };
    let Some(scope) = element.scope else {
        return cancel_instance(step, id, cause);
    };
    scopes::cancel(step, id, cause)?;
    if let Some(thrower) = element.compensating_for {
        return Ok(stop_waiting(step, thrower, id)?.then_some(thrower));
    }
    let around = step.element(scope)?;
    let graph = step.graph_of(&around)?;
    let remains = match element::of(&graph, around.position) {
        Some((node, element)) => element.child_cancelled(step, At { id: scope, node, graph: &graph })?,
        None if step.state().has_children(scope) => Remains::Stays,
        None => Remains::Goes,
    };
    Ok((remains == Remains::Goes).then_some(scope))
}

/// The process itself, and then the call activity that waits for it.
fn cancel_instance(step: &mut Step<'_>, instance: Id, cause: &scopes::Cause) -> Done<Option<Id>> {
    if step.preserves(instance, Emptied::Cancellation) {
        scopes::cancel_children(step, instance, None)?;
        return Ok(None);
    }
    let caller = step.state().instance(instance).and_then(|instance| instance.super_element);
    let state = match cause {
        scopes::Cause::Deleted(_) | scopes::Cause::Modified(_) => EndState::ExternallyTerminated,
        scopes::Cause::Completed | scopes::Cause::Interrupted => EndState::InternallyTerminated,
    };
    instances::terminate(step, instance, state, cause.reason())?;
    Ok(caller)
}

/// A compensation handler that will not complete. Does its thrower wait for nothing now?
fn stop_waiting(step: &mut Step<'_>, thrower: Id, handler: Id) -> Done<bool> {
    let Some(element) = step.state().element(thrower).cloned() else {
        return Ok(false);
    };
    let Some(Waiting::Compensation { remaining }) = &element.waiting else {
        return Ok(false);
    };
    let remaining: Vec<Id> = remaining.iter().copied().filter(|id| *id != handler).collect();
    let waits_for_nothing = remaining.is_empty();
    tokens::change(step, thrower, |element| element.waiting = Some(Waiting::Compensation { remaining }))?;
    Ok(waits_for_nothing)
}
