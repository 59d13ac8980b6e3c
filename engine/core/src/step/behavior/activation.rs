//! An element is entered: the activity instance begins, with what it maps in and what waits beside it. In Camunda 7's order:
//! activity instance, input mappings, event subscriptions, start listeners.

use super::{io_mapping, listeners, subscriptions};
use crate::compile::Graph;
use crate::entity::{Activity, ElementInstance, Phase, Place, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::{ListenerEvent, NodeIndex};
use std::sync::Arc;

/// The element's own work comes next.
pub(crate) fn enter(step: &mut Step<'_>, id: Id) -> Done {
    let arriving = step.element(id)?;
    let graph = step.graph_of(&arriving)?;
    start(step, &graph, &arriving)?;
    step.execute(id);
    if let Position::Node(node) = arriving.position {
        set_up(step, &graph, id, node)?;
        if !step.skips().listeners {
            listeners::run(step, &graph, id, ListenerEvent::Start)?;
        }
    } else if let Some(node) = arriving.node() {
        subscriptions::create_for_boundaries(step, &graph, id, node)?;
    }
    Ok(())
}

/// The event behind an event-based gateway that has come: it is entered and left without waiting.
pub(crate) fn enter_caught(step: &mut Step<'_>, id: Id) -> Done {
    let arriving = step.element(id)?;
    let graph = step.graph_of(&arriving)?;
    start(step, &graph, &arriving)?;
    if let Some(node) = arriving.node() {
        set_up(step, &graph, id, node)?;
    }
    if !step.skips().listeners {
        listeners::run(step, &graph, id, ListenerEvent::Start)?;
    }
    step.leave(id);
    Ok(())
}

/// The activity instance begins; a scope gets its own execution.
fn start(step: &mut Step<'_>, graph: &Graph, arriving: &ElementInstance) -> Done {
    let mut element = ElementInstance::clone(arriving);
    element.phase = Phase::Active;
    let mut place = Place::clone(&element.activity.place);
    if graph.owns_execution(element.position) {
        element.parent_execution = Some(place.execution);
        place.execution = step.next_id();
    }
    element.activity = Arc::new(Activity { place, started: step.env.now, ..Activity::clone(&element.activity) });
    step.emit(Event::ActivityStarted { element: Arc::new(element) });
    Ok(())
}

/// Variables and subscriptions of a scope.
fn set_up(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    if !step.skips().io_mappings {
        io_mapping::map_inputs(step, graph, id, node)?;
    }
    let is_body_inside = graph.node(node).loop_characteristics.is_some();
    if !is_body_inside {
        subscriptions::create_for_boundaries(step, graph, id, node)?;
    }
    if !graph.scope(Some(node)).event_subprocesses.is_empty() {
        subscriptions::create_for_event_subprocesses(step, graph, id)?;
    }
    Ok(())
}
