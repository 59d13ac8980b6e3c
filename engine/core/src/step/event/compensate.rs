//! Compensation: what has completed in a scope is undone in reverse order when it is asked for (BPMN 2.0.2, section 13.5.5).
//!
//! When all is done that a thrower waits for, its id is given back: what follows is not decided here.

use super::catch;
use crate::entity::{Compensation, ElementInstance, Phase, Position, Undo, Waiting};
use crate::event::Event;
use crate::ids::Id;
use crate::step::behavior::compensation::{handler_subprocess, move_records, records};
use crate::step::behavior::{scopes, tokens, variables};
use crate::step::context::Step;
use crate::step::fault::Done;
use smol_str::SmolStr;
use std::sync::Arc;

/// The scope whose activities a throwing event undoes: its own, that around it when it is in an event subprocess.
fn scope_of(step: &mut Step<'_>, thrower: &ElementInstance) -> Done<Id> {
    let mut at = thrower.scope.unwrap_or(thrower.id);
    loop {
        let element = step.element(at)?;
        let graph = step.graph_of(&element)?;
        match (element.node(), element.scope) {
            (Some(node), Some(scope)) if graph.is_event_subprocess(node) => at = scope,
            _ => return Ok(at),
        }
    }
}

/// Undoes what completed in the thrower's scope, all of it or one activity; the thrower waits for that. Gives the thrower
/// when there is nothing to wait for.
pub(crate) fn throw(step: &mut Step<'_>, thrower: Id, activity: Option<&SmolStr>) -> Done<Option<Id>> {
    let element = step.element(thrower)?;
    let graph = step.graph_of(&element)?;
    let scope = scope_of(step, &element)?;
    let chosen: Vec<_> = records(step, scope)
        .into_iter()
        .filter(|record| activity.is_none_or(|id| graph.node(record.activity).id == *id))
        .collect();
    undo_all(step, thrower, scope, chosen)
}

/// In reverse order of completion. `waiter` is done when all are.
fn undo_all(step: &mut Step<'_>, waiter: Id, scope: Id, chosen: Vec<Arc<Compensation>>) -> Done<Option<Id>> {
    if chosen.is_empty() {
        return all_done(step, waiter);
    }
    let mut started = Vec::new();
    for record in chosen.iter().rev() {
        started.push(begin_undo(step, waiter, scope, record)?);
    }
    tokens::change(step, waiter, |element| {
        element.waiting = Some(Waiting::Compensation { remaining: started.iter().map(|(id, _)| *id).collect() });
    })?;
    let mut done = None;
    for (id, record) in started.into_iter().rev() {
        match record {
            None => step.arrive(id),
            Some(record) => done = revive(step, id, &record)?.or(done),
        }
    }
    Ok(done)
}

/// A token in front of the handler, or the completed subprocess alive again (with its record).
fn begin_undo(
    step: &mut Step<'_>,
    waiter: Id,
    scope: Id,
    record: &Arc<Compensation>,
) -> Done<(Id, Option<Arc<Compensation>>)> {
    let graph = step.graph(&record.place.definition.id)?;
    let (position, phase) = match &record.undo {
        Undo::Handler(handler) => (tokens::position_of(&graph, *handler), Phase::Arriving),
        Undo::Scope { position, .. } => (*position, Phase::Compensating),
    };
    let mut element = tokens::prepare(step, &graph, scope, position, tokens::Origin::Placed, tokens::Branch::New)?;
    element.phase = phase;
    element.compensating_for = Some(waiter);
    let id = element.id;
    step.emit(Event::TokenPlaced { element: Arc::new(element) });
    let revived = match &record.undo {
        Undo::Handler(_) => None,
        Undo::Scope { .. } => {
            move_records(step, record.id, id);
            Some(Arc::clone(record))
        }
    };
    step.emit(Event::CompensationRemoved { record: Arc::clone(record) });
    Ok((id, revived))
}

fn revive(step: &mut Step<'_>, id: Id, record: &Compensation) -> Done<Option<Id>> {
    let Undo::Scope { variables: saved, position } = &record.undo else {
        return Ok(None);
    };
    for (name, value) in saved {
        variables::set_local(step, id, name, value.clone())?;
    }
    let graph = step.graph(&record.place.definition.id)?;
    let handler = match position {
        Position::Node(node) => handler_subprocess(&graph, *node),
        Position::Body(_) | Position::Process => None,
    };
    match handler {
        Some(event) => catch::begin_event_subprocess(step, &graph, id, event).map(|_| None),
        None => {
            let chosen = records(step, id);
            undo_all(step, id, id, chosen)
        }
    }
}

/// A handler has completed. Gives the thrower when that was the last.
pub(crate) fn handler_done(step: &mut Step<'_>, waiter: Id, handler: Id) -> Done<Option<Id>> {
    let Some(element) = step.state().element(waiter).cloned() else {
        return Ok(None);
    };
    let Some(Waiting::Compensation { remaining }) = &element.waiting else {
        return Ok(None);
    };
    let remaining: Vec<Id> = remaining.iter().copied().filter(|id| *id != handler).collect();
    let is_done = remaining.is_empty();
    tokens::change(step, waiter, |element| {
        element.waiting = (!is_done).then_some(Waiting::Compensation { remaining });
    })?;
    if is_done { all_done(step, waiter) } else { Ok(None) }
}

fn all_done(step: &mut Step<'_>, waiter: Id) -> Done<Option<Id>> {
    let element = step.element(waiter)?;
    if element.phase == Phase::Compensating { revived_done(step, &element) } else { Ok(Some(waiter)) }
}

/// A subprocess that was alive again for its handlers goes away for good. Gives the thrower when it waited for that.
pub(crate) fn revived_done(step: &mut Step<'_>, element: &ElementInstance) -> Done<Option<Id>> {
    scopes::clear(step, element, scopes::Cause::Completed)?;
    step.emit(Event::TokenRemoved { element: element.id });
    match element.compensating_for {
        Some(waiter) => handler_done(step, waiter, element.id),
        None => Ok(None),
    }
}
