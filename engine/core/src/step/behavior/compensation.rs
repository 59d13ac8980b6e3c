//! Records of completed activities, by which they can be undone (BPMN 2.0.2, section 13.5.5).

use super::variables;
use crate::compile::{EventSubProcess, Graph};
use crate::entity::{Compensation, ElementInstance, Position, Undo};
use crate::event::Event;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::{EventTrigger, NodeIndex};
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
    step.state().compensations_of(element.id).next().is_some()
        || (matches!(element.position, Position::Node(_)) && handler_subprocess(graph, node).is_some())
}

/// The compensation event subprocess inside an embedded subprocess.
pub(crate) fn handler_subprocess(graph: &Graph, node: NodeIndex) -> Option<EventSubProcess> {
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

pub(crate) fn records(step: &Step<'_>, scope: Id) -> Vec<Arc<Compensation>> {
    step.state().compensations_of(scope).cloned().collect()
}

pub(crate) fn move_records(step: &mut Step<'_>, from: Id, to: Id) {
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
