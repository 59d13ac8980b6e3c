//! Cancelling from outside: an element goes together with every scope around it that has nothing else inside, across
//! call activities too, so that nothing is left waiting for ever.

use super::{instances, scopes, tokens, variables};
use crate::entity::{EndState, Phase, Position, Waiting};
use crate::ids::Id;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use casewright_engine_value::Value;

/// An instance that is being modified stays, though empty, until all instructions are carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preserved {
    pub(crate) instance: Id,
    pub(crate) emptied_by: Emptied,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emptied {
    /// Its last token ended: it has completed.
    Completion,
    Cancellation,
}

pub(crate) fn cancel_outwards(step: &mut Step<'_>, id: Id, cause: &scopes::Cause) -> Done {
    let mut next = Some(id);
    while let Some(at) = next {
        next = cancel_one(step, at, cause)?;
    }
    Ok(())
}

/// Gives what has nothing inside any more by that.
fn cancel_one(step: &mut Step<'_>, id: Id, cause: &scopes::Cause) -> Done<Option<Id>> {
    let Some(element) = step.state.element(id).cloned() else {
        return Ok(None);
    };
    let Some(scope) = element.scope else {
        return cancel_instance(step, id, cause);
    };
    scopes::cancel(step, id, cause)?;
    if let Some(thrower) = element.compensating_for {
        return Ok(stop_waiting(step, thrower, id)?.then_some(thrower));
    }
    if step.state.has_children(scope) {
        inner_removed(step, scope)?;
        return Ok(None);
    }
    let around = step.element(scope)?;
    let graph = step.graph_of(&around)?;
    if graph.ad_hoc(around.position).is_some() && around.phase == Phase::Active {
        // It may be empty: something else can be started in it.
        if around.waiting == Some(Waiting::Remaining) {
            step.push(Work::Leave(scope));
        }
        return Ok(None);
    }
    Ok(Some(scope))
}

/// The process itself, and then the call activity that waits for it.
fn cancel_instance(step: &mut Step<'_>, instance: Id, cause: &scopes::Cause) -> Done<Option<Id>> {
    if let Some(preserved) = &mut step.preserved
        && preserved.instance == instance
    {
        preserved.emptied_by = Emptied::Cancellation;
        scopes::cancel_children(step, instance, None)?;
        return Ok(None);
    }
    let caller = step.state.instance(instance).and_then(|instance| instance.super_element);
    let state = match cause {
        scopes::Cause::Deleted(_) | scopes::Cause::Modified(_) => EndState::ExternallyTerminated,
        scopes::Cause::Completed | scopes::Cause::Interrupted => EndState::InternallyTerminated,
    };
    instances::terminate(step, instance, state, cause.reason())?;
    Ok(caller)
}

/// A compensation handler that will not complete. Does its thrower wait for nothing now?
fn stop_waiting(step: &mut Step<'_>, thrower: Id, handler: Id) -> Done<bool> {
    let Some(element) = step.state.element(thrower).cloned() else {
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

/// One of several instances of a multi-instance activity is gone without having completed.
fn inner_removed(step: &mut Step<'_>, scope: Id) -> Done {
    let body = step.element(scope)?;
    if !matches!(body.position, Position::Body(_)) {
        return Ok(());
    }
    let active = body.body.as_ref().map_or(0, |counts| counts.active - 1);
    tokens::change(step, scope, |element| {
        if let Some(counts) = &mut element.body {
            counts.active = active;
        }
    })?;
    variables::set_local(step, scope, "nrOfActiveInstances", Value::Integer(active))
}
