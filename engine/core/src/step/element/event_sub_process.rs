//! Event subprocesses: begun by an event of their scope, beside its tokens or in place of them (BPMN 2.0.2, section
//! 13.5.4).

use crate::compile::{EventSubProcess, Graph};
use crate::entity::{Activity, ElementInstance, Phase, Place, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::step::behavior::tokens::{self, Branch, Origin};
use crate::step::behavior::{listeners, subscriptions};
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::ListenerEvent;
use std::sync::Arc;

/// Begins it inside `scope`, and gives its instance.
pub(crate) fn begin(step: &mut Step<'_>, graph: &Graph, scope: Id, event: EventSubProcess) -> Done<Id> {
    let position = Position::Node(event.node);
    let token = tokens::prepare(step, graph, scope, position, Origin::Placed, Branch::Auto)?;
    let id = token.id;
    let execution = step.next_id();
    step.emit(Event::ActivityStarted { element: Arc::new(begun(token, execution)) });
    subscriptions::create_for_event_subprocesses(step, graph, id)?;
    if !step.skips().listeners {
        listeners::run(step, graph, id, ListenerEvent::Start)?;
    }
    let start = tokens::place(step, graph, id, Position::Node(event.start), Origin::Placed, Branch::Auto)?;
    step.arrive(start);
    Ok(id)
}

fn begun(token: ElementInstance, execution: Id) -> ElementInstance {
    let place = Place { execution, ..token.activity.place.clone() };
    ElementInstance {
        phase: Phase::Active,
        parent_execution: Some(token.activity.place.execution),
        activity: Arc::new(Activity { place, ..Activity::clone(&token.activity) }),
        ..token
    }
}
