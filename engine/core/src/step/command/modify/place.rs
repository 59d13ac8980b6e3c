//! Placing tokens by instruction: before an activity, after it, or on a flow.

use super::graph_of;
use super::scopes::{self, Around};
use crate::command::NewVariable;
use crate::compile::Graph;
use crate::entity::{Phase, Position};
use crate::ids::Id;
use crate::rejection::{Impasse, Misplaced};
use crate::step::behavior::scopes::{Cause, cancel, cancel_children};
use crate::step::behavior::tokens::{self, Branch, Origin};
use crate::step::behavior::{flows, subscriptions, variables};
use crate::step::context::Step;
use crate::step::element::{self, multi_instance};
use crate::step::fault::Done;
use casewright_engine_model::model::{EndEvent, EventTrigger, FlowIndex, NodeIndex, NodeKind};
use casewright_engine_value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

pub(super) fn before(
    step: &mut Step<'_>,
    instance: Id,
    activity: &SmolStr,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let graph = graph_of(step, instance)?;
    let (id, wants_body) = match activity.strip_suffix("#multiInstanceBody") {
        Some(id) => (id, true),
        None => (activity.as_str(), false),
    };
    let missing = || Misplaced::StartBefore { activity: activity.clone(), definition: graph.info.id.clone() };
    let node = graph.find(id).ok_or_else(missing)?;
    if is_compensation_boundary(&graph, node) {
        return Err(Impasse::CompensationBoundary(activity.clone()).into());
    }
    let is_inner = graph.node(node).loop_characteristics.is_some() && !wants_body;
    let target = if is_inner { Position::Node(node) } else { tokens::position_of(&graph, node) };
    let around = scopes::find(step, &graph, instance, target, ancestor)?;
    let branch = make_way(step, &graph, &around, node)?;
    let is_new = around.is_new();
    let (scope, _) = scopes::open(step, &graph, around, given)?;
    let is_shared = step.state().has_children(scope);
    if is_inner {
        return inner(step, &graph, scope, node);
    }
    let token = tokens::place(step, &graph, scope, target, Origin::Placed, branch)?;
    if !is_new {
        scopes::give(step, scope, token, is_shared, given)?;
    }
    step.arrive(token);
    Ok(())
}

fn is_compensation_boundary(graph: &Graph, node: NodeIndex) -> bool {
    matches!(
        &graph.node(node).kind,
        NodeKind::BoundaryEvent(event) if matches!(event.trigger, EventTrigger::Compensation)
    )
}

/// Starting at an interrupting event does what its trigger would have done.
fn make_way(step: &mut Step<'_>, graph: &Graph, around: &Around, node: NodeIndex) -> Done<Branch> {
    let interrupted = match around.missing() {
        [] => match &graph.node(node).kind {
            NodeKind::BoundaryEvent(event) if event.cancel_activity => {
                return cancel_host(step, around.scope(), event.attached_to);
            }
            NodeKind::EndEvent(EndEvent::Terminate | EndEvent::Cancel) => true,
            NodeKind::SubProcess(_) => interrupts(graph, node, None),
            _ => false,
        },
        [.., Position::Node(outermost)] => {
            let second = match around.missing() {
                [.., Position::Node(second), _] => *second,
                _ => node,
            };
            interrupts(graph, *outermost, Some(second))
        }
        _ => false,
    };
    if interrupted {
        let scope = around.scope();
        if !matches!(graph.node(node).kind, NodeKind::EndEvent(_)) {
            subscriptions::withdraw_event_subprocesses(step, graph, scope);
            element::interrupt(step, scope)?;
        } else {
            cancel_children(step, scope, None)?;
        }
    }
    Ok(Branch::Auto)
}

/// Is it an interrupting event subprocess that begins as a whole, or at its start event?
fn interrupts(graph: &Graph, node: NodeIndex, begins_at: Option<NodeIndex>) -> bool {
    graph
        .scope(graph.node(node).parent)
        .event_subprocesses
        .iter()
        .find(|event| event.node == node)
        .is_some_and(|event| event.is_interrupting && begins_at.is_none_or(|start| start == event.start))
}

fn cancel_host(step: &mut Step<'_>, scope: Id, host: NodeIndex) -> Done<Branch> {
    let found = step
        .state()
        .children(scope)
        .filter_map(|child| step.state().element(child))
        .find(|child| child.node() == Some(host) && child.phase == Phase::Active)
        .map(|child| (child.id, child.branch));
    let Some((host, branch)) = found else {
        return Ok(Branch::Auto);
    };
    cancel(step, host, &Cause::Interrupted)?;
    Ok(Branch::Continue(branch))
}

/// One instance more of a multi-instance activity that runs.
fn inner(step: &mut Step<'_>, graph: &Graph, body: Id, node: NodeIndex) -> Done {
    let Some(repeat) = &graph.node(node).loop_characteristics else {
        return Ok(());
    };
    let counts = step.element(body)?.body.clone();
    let runs = step.state().has_children(body) || multi_instance::waits_for_more(step, body, repeat)?;
    let counter = if runs { counts.map_or(0, |counts| counts.total) } else { 0 };
    if runs {
        tokens::change(step, body, |element| {
            if let Some(counts) = &mut element.body {
                counts.total += 1;
                counts.created += 1;
                counts.active += 1;
            }
        })?;
        for name in ["nrOfInstances", "nrOfActiveInstances"] {
            if let Some(Value::Integer(number)) = variables::get_local(step, body, name) {
                variables::set_local(step, body, name, Value::Integer(number + 1))?;
            }
        }
    }
    let inner = multi_instance::create(step, graph, body, node, repeat, counter, None)?;
    step.arrive(inner);
    Ok(())
}

pub(super) fn after(
    step: &mut Step<'_>,
    instance: Id,
    activity: &SmolStr,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let graph = graph_of(step, instance)?;
    let node = graph.find(activity).ok_or_else(|| Misplaced::StartAfter { activity: activity.clone() })?;
    match graph.node(node).outgoing.as_slice() {
        [flow] => take(step, &graph, instance, *flow, ancestor, given),
        [] => Err(Impasse::NoWayOut(activity.clone()).into()),
        _ => Err(Impasse::ManyWaysOut(activity.clone()).into()),
    }
}

pub(super) fn over(
    step: &mut Step<'_>,
    instance: Id,
    transition: &SmolStr,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let graph = graph_of(step, instance)?;
    let missing = || Misplaced::StartTransition { transition: transition.clone(), definition: graph.info.id.clone() };
    let flow = graph.find_flow(transition).ok_or_else(missing)?;
    take(step, &graph, instance, flow, ancestor, given)
}

fn take(
    step: &mut Step<'_>,
    graph: &Arc<Graph>,
    instance: Id,
    flow: FlowIndex,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let source = Position::Node(graph.flow(flow).source);
    let target = match source {
        // The flow leaves the loop as a whole.
        Position::Node(node) => tokens::position_of(graph, node),
        other => other,
    };
    let around = scopes::find(step, graph, instance, target, ancestor)?;
    let is_new = around.is_new();
    let (scope, _) = scopes::open(step, graph, around, given)?;
    let is_shared = step.state().has_children(scope);
    let tokens = flows::take(step, graph, scope, &[flow], None)?;
    if let (false, [token]) = (is_new, tokens.as_slice()) {
        scopes::give(step, scope, *token, is_shared, given)?;
    }
    Ok(())
}
