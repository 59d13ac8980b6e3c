//! An event that was waited for has come: the one place where timers, messages, signals and conditions meet the element
//! that catches them.

use crate::command::NewVariable;
use crate::compile::{EventSubProcess, Graph};
use crate::entity::Phase;
use crate::event::Event;
use crate::ids::Id;
use crate::step::behavior::{activation, boundary, subscriptions, tokens, variables};
use crate::step::context::Step;
use crate::step::element::{self, event_sub_process};
use crate::step::fault::Done;
use casewright_engine_model::model::{NodeIndex, NodeKind};
use std::sync::Arc;

/// `owner` waited for `node`. Gives the scope that the event triggered: an event subprocess, else the scope around.
pub(crate) fn fire(step: &mut Step<'_>, owner: Id, node: NodeIndex) -> Done<Option<Id>> {
    let element = step.element(owner)?;
    let graph = step.graph_of(&element)?;
    match &graph.node(node).kind {
        NodeKind::BoundaryEvent(_) => boundary::fire(step, owner, node),
        NodeKind::StartEvent(_) => match graph.event_subprocess_of(node) {
            Some(event) => begin_event_subprocess(step, &graph, owner, event).map(Some),
            None => Ok(None),
        },
        _ if element.node() == Some(node) => {
            subscriptions::withdraw_all(step, owner);
            step.leave(owner);
            Ok(element.scope)
        }
        _ => choose_branch(step, owner, node),
    }
}

/// An event behind an event-based gateway: the first one wins (BPMN 2.0.2, section 10.6.6).
fn choose_branch(step: &mut Step<'_>, gateway: Id, node: NodeIndex) -> Done<Option<Id>> {
    let element = step.element(gateway)?;
    let graph = step.graph_of(&element)?;
    let Some(scope) = element.scope else {
        return Ok(None);
    };
    subscriptions::withdraw_all(step, gateway);
    step.emit(Event::ActivityEnded {
        element: gateway,
        activity: Arc::clone(&element.activity),
        ended: step.env.now,
        canceled: false,
        completes_scope: false,
        leaving: false,
    });
    let flow = graph.node(node).incoming.iter().copied().find(|flow| Some(graph.flow(*flow).source) == element.node());
    let origin = flow.map_or(tokens::Origin::Placed, tokens::Origin::Flow);
    let branch = tokens::Branch::Continue(element.branch);
    let position = tokens::position_of(&graph, node);
    let token = tokens::place(step, &graph, scope, position, origin, branch)?;
    activation::enter_caught(step, token)?;
    Ok(Some(scope))
}

/// Variables that came with an event: into the process, into the scope that waited, and into the scope that is triggered.
pub(crate) fn fire_with(
    step: &mut Step<'_>,
    owner: Id,
    node: NodeIndex,
    given: &[NewVariable],
    local: &[NewVariable],
    to_triggered: &[NewVariable],
) -> Done {
    variables::set_all(step, owner, given)?;
    variables::set_all_local(step, owner, local)?;
    let element = step.element(owner)?;
    let graph = step.graph_of(&element)?;
    let is_own_event = element.node() == Some(node);
    if is_own_event {
        variables::set_all_local(step, owner, to_triggered)?;
    }
    let triggered = fire(step, owner, node)?;
    let target = match &graph.node(node).kind {
        // It takes the place of its activity, on the execution of the scope around.
        NodeKind::BoundaryEvent(event) if event.cancel_activity => element.scope,
        _ => triggered,
    };
    match target.filter(|id| !is_own_event && step.state().element(*id).is_some()) {
        Some(target) => variables::set_all_local(step, target, to_triggered),
        None => Ok(()),
    }
}

/// An event subprocess begins inside `scope`, beside its tokens or in place of them. Gives its instance.
pub(crate) fn begin_event_subprocess(
    step: &mut Step<'_>,
    graph: &Graph,
    scope: Id,
    event: EventSubProcess,
) -> Done<Id> {
    // A scope that lives again to be compensated has no tokens to interrupt.
    let is_alive = step.element(scope)?.phase == Phase::Active;
    if event.is_interrupting && is_alive {
        subscriptions::withdraw_event_subprocesses(step, graph, scope);
        element::interrupt(step, scope)?;
    }
    event_sub_process::begin(step, graph, scope, event)
}
