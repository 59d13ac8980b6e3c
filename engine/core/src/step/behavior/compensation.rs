//! Compensation: completed activities are recorded in their scope, and undone in reverse order when it is asked for
//! (BPMN 2.0.2, section 13.5.5).

use super::{scopes, tokens, variables};
use crate::compile::{EventSubProcess, Graph};
use crate::entity::{Compensation, ElementInstance, Phase, Position, Undo, Waiting};
use crate::event::Event;
use crate::ids::Id;
use crate::step::element::{cancel_end, event_sub_process};
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use casewright_engine_model::model::{EventTrigger, NodeIndex};
use smol_str::SmolStr;
use std::sync::Arc;

/// Remembers how to undo an activity that completes.
pub(crate) fn record_completed(step: &mut Step<'_>, graph: &Graph, element: &ElementInstance) -> Done {
    let (Some(node), Some(scope)) = (element.node(), element.scope) else {
        return Ok(());
    };
    let is_handler = element.compensating_for.is_some();
    // Each instance of a multi-instance activity is undone; its body only holds them together.
    let is_body = matches!(element.position, Position::Body(_));
    let handler = graph.node(node).compensation_handler.filter(|_| !is_handler && !is_body);
    if let Some(handler) = handler {
        record(step, graph, scope, element, node, Undo::Handler(handler))?;
    } else if !is_handler && can_be_undone(step, graph, element, node) {
        let undo = Undo::Scope { position: element.position, variables: variables::local_values(step, element.id) };
        let id = record(step, graph, scope, element, node, undo)?;
        move_records(step, element.id, id);
    }
    forget(step, element.id);
    Ok(())
}

fn can_be_undone(step: &Step<'_>, graph: &Graph, element: &ElementInstance, node: NodeIndex) -> bool {
    step.state.compensations_of(element.id).next().is_some()
        || (matches!(element.position, Position::Node(_)) && handler_subprocess(graph, node).is_some())
}

/// The compensation event subprocess inside an embedded subprocess.
fn handler_subprocess(graph: &Graph, node: NodeIndex) -> Option<EventSubProcess> {
    graph
        .scope(Some(node))
        .event_subprocesses
        .iter()
        .find(|event| matches!(graph.trigger(event.start), Some(EventTrigger::Compensation)))
        .copied()
}

fn record(
    step: &mut Step<'_>,
    graph: &Graph,
    scope: Id,
    element: &ElementInstance,
    activity: NodeIndex,
    undo: Undo,
) -> Done<Id> {
    let id = step.next_id();
    let mut place = element.activity.place.clone();
    // The scope around waits for the compensation, in the name of what undoes the activity.
    place.execution = step.element(scope)?.activity.place.execution;
    let by = match &undo {
        Undo::Handler(handler) => Some(*handler),
        Undo::Scope { position: Position::Node(node), .. } => handler_subprocess(graph, *node).map(|event| event.node),
        Undo::Scope { .. } => None,
    };
    if let Some(by) = by {
        place.activity_id = graph.node(by).id.clone();
    }
    step.emit(Event::CompensationRecorded {
        record: Arc::new(Compensation { id, scope, place, activity, undo, created: step.env.now }),
    });
    Ok(id)
}

fn records(step: &Step<'_>, scope: Id) -> Vec<Arc<Compensation>> {
    step.state.compensations_of(scope).cloned().collect()
}

fn move_records(step: &mut Step<'_>, from: Id, to: Id) {
    for record in records(step, from) {
        let moved = Arc::new(Compensation { scope: to, ..Compensation::clone(&record) });
        step.emit(Event::CompensationRemoved { record });
        step.emit(Event::CompensationRecorded { record: moved });
    }
}

/// What a scope that goes away could have undone.
pub(crate) fn forget(step: &mut Step<'_>, scope: Id) {
    for record in records(step, scope) {
        forget(step, record.id);
        step.emit(Event::CompensationRemoved { record });
    }
}

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

/// Undoes what completed in the thrower's scope, all of it or one activity; the thrower waits for that.
pub(crate) fn throw(step: &mut Step<'_>, thrower: Id, activity: Option<&SmolStr>) -> Done {
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
fn undo_all(step: &mut Step<'_>, waiter: Id, scope: Id, chosen: Vec<Arc<Compensation>>) -> Done {
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
    for (id, record) in started.into_iter().rev() {
        match record {
            None => step.push(Work::Arrive(id)),
            Some(record) => revive(step, id, &record)?,
        }
    }
    Ok(())
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

fn revive(step: &mut Step<'_>, id: Id, record: &Compensation) -> Done {
    let Undo::Scope { variables: saved, position } = &record.undo else {
        return Ok(());
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
        Some(event) => event_sub_process::fire(step, &graph, id, event).map(drop),
        None => {
            let chosen = records(step, id);
            undo_all(step, id, id, chosen)
        }
    }
}

/// A handler has completed.
pub(crate) fn handler_done(step: &mut Step<'_>, waiter: Id, handler: Id) -> Done {
    let Some(element) = step.state.element(waiter).cloned() else {
        return Ok(());
    };
    let Some(Waiting::Compensation { remaining }) = &element.waiting else {
        return Ok(());
    };
    let remaining: Vec<Id> = remaining.iter().copied().filter(|id| *id != handler).collect();
    let is_done = remaining.is_empty();
    tokens::change(step, waiter, |element| {
        element.waiting = (!is_done).then_some(Waiting::Compensation { remaining });
    })?;
    if is_done { all_done(step, waiter) } else { Ok(()) }
}

fn all_done(step: &mut Step<'_>, waiter: Id) -> Done {
    let element = step.element(waiter)?;
    if element.phase == Phase::Compensating {
        return revived_done(step, &element);
    }
    if cancel_end::is(step, &element)? {
        return cancel_end::compensated(step, &element);
    }
    step.push(Work::Leave(waiter));
    Ok(())
}

/// A subprocess that was alive again for its handlers goes away for good.
pub(crate) fn revived_done(step: &mut Step<'_>, element: &ElementInstance) -> Done {
    scopes::clear(step, element, scopes::Cause::Completed)?;
    step.emit(Event::TokenRemoved { element: element.id });
    match element.compensating_for {
        Some(waiter) => handler_done(step, waiter, element.id),
        None => Ok(()),
    }
}
