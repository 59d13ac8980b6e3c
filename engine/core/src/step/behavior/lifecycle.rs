//! The life of an element instance: arrive, enter, execute, complete, move on. Camunda 7's order of things:
//! async-before job, activity instance, input mappings, event subscriptions, start listeners, behaviour; then flows are
//! chosen, end listeners run, outputs are mapped, the scope is destroyed, async-after job, `take` listeners.

use crate::compile::Graph;
use crate::entity::{Activity, ElementInstance, JobKind, Phase, Place, Position, Waiting};
use crate::event::Event;
use crate::ids::Id;
use crate::step::behavior::{
    compensation, flows, incidents, io_mapping, jobs, listeners, scopes, subscriptions, tokens,
};
use crate::step::element::{ad_hoc, multi_instance};
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use casewright_engine_model::model::{FlowIndex, ListenerEvent, NodeIndex, NodeKind};
use std::sync::Arc;

/// Is it one of the instances inside a multi-instance body?
pub(crate) fn is_inner(element: &ElementInstance) -> bool {
    element.loop_counter.is_some() && matches!(element.position, Position::Node(_))
}

pub(crate) fn arrive(step: &mut Step<'_>, id: Id) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    if is_async_before(&graph, &element) {
        return jobs::create_async(step, &element, JobKind::AsyncBefore);
    }
    step.push(Work::Enter(id));
    Ok(())
}

fn is_async_before(graph: &Graph, element: &ElementInstance) -> bool {
    async_marks(graph, element).0
}

/// Async before and after: of the loop for an inner instance, of the activity for the body and everything else.
fn async_marks(graph: &Graph, element: &ElementInstance) -> (bool, bool) {
    let Some(index) = element.node() else {
        return (false, false);
    };
    let node = graph.node(index);
    match &node.loop_characteristics {
        Some(repeat) if is_inner(element) => (repeat.async_before, repeat.async_after),
        _ => (node.async_before, node.async_after),
    }
}

pub(crate) fn enter(step: &mut Step<'_>, id: Id) -> Done {
    let arriving = step.element(id)?;
    let graph = step.graph_of(&arriving)?;
    start(step, &graph, &arriving)?;
    step.starting.insert(id);
    step.push(Work::Execute(id));
    if let Position::Node(node) = arriving.position {
        set_up(step, &graph, id, node)?;
        if !step.skips.listeners {
            listeners::run(step, &graph, id, ListenerEvent::Start)?;
        }
    } else if let Some(node) = arriving.node() {
        subscriptions::create_for_boundaries(step, &graph, id, node)?;
    }
    Ok(())
}

/// The activity instance begins; a scope gets its own execution.
fn start(step: &mut Step<'_>, graph: &Graph, arriving: &ElementInstance) -> Done {
    let mut element = ElementInstance::clone(arriving);
    element.phase = Phase::Active;
    let mut place = Place::clone(&element.activity.place);
    if has_own_execution(graph, &element) {
        element.parent_execution = Some(place.execution);
        place.execution = step.next_id();
    }
    element.activity = Arc::new(Activity { place, started: step.env.now, ..Activity::clone(&element.activity) });
    step.emit(Event::ActivityStarted { element: Arc::new(element) });
    Ok(())
}

/// Variables and subscriptions of a scope.
fn set_up(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    if !step.skips.io_mappings {
        io_mapping::map_inputs(step, graph, id, node)?;
    }
    let is_body_inside = graph.node(node).loop_characteristics.is_some();
    if !is_body_inside {
        subscriptions::create_for_boundaries(step, graph, id, node)?;
    }
    if matches!(graph.node(node).kind, NodeKind::SubProcess(_)) {
        subscriptions::create_for_event_subprocesses(step, graph, id)?;
    }
    Ok(())
}

/// Done with its behaviour: takes the flows whose conditions are true.
pub(crate) fn leave(step: &mut Step<'_>, id: Id) -> Done {
    if step.state.has_children(id) {
        // A condition became true as its last token ended: an event subprocess keeps the scope alive, and its end asks again.
        return Ok(());
    }
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    let flows = if is_inner(&element) { Vec::new() } else { flows::choose(step, &graph, &element)? };
    complete(step, id, Next::Flows(flows))
}

/// Where the token goes from a completed activity.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// Over these flows; it ends when there is none.
    Flows(Vec<FlowIndex>),
    /// To the catching end of a link.
    Link(NodeIndex),
}

/// The event behind an event-based gateway that has come: it is entered and left without waiting.
pub(crate) fn enter_caught(step: &mut Step<'_>, id: Id) -> Done {
    let arriving = step.element(id)?;
    let graph = step.graph_of(&arriving)?;
    start(step, &graph, &arriving)?;
    if let Some(node) = arriving.node() {
        set_up(step, &graph, id, node)?;
    }
    if !step.skips.listeners {
        listeners::run(step, &graph, id, ListenerEvent::Start)?;
    }
    step.push(Work::Leave(id));
    Ok(())
}

/// Ends the activity instance and sends its token on.
pub(crate) fn complete(step: &mut Step<'_>, id: Id, next: Next) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    if let Position::Node(node) = element.position {
        if !step.skips.listeners {
            listeners::run(step, &graph, id, ListenerEvent::End)?;
        }
        if !step.skips.io_mappings {
            io_mapping::map_outputs(step, &graph, id, node)?;
        }
    }
    if step.state.element(id).is_none() {
        return Ok(());
    }
    let element = step.element(id)?;
    let (_, is_async_after) = async_marks(&graph, &element);
    let is_async_after = is_async_after && matches!(next, Next::Flows(_));
    let satisfied =
        if is_inner(&element) && !is_async_after { multi_instance::count_completed(step, &element)? } else { false };
    subscriptions::withdraw_all(step, id);
    if has_own_execution(&graph, &element) {
        // Incidents are kept by an execution, which ends here.
        incidents::delete_of(step, id);
    }
    compensation::record_completed(step, &graph, &element)?;
    step.emit(Event::ActivityEnded {
        element: id,
        activity: Arc::clone(&element.activity),
        ended: step.env.now,
        canceled: false,
        completes_scope: completes_scope(&graph, &element, &next),
        leaving: is_async_after,
    });
    if let (true, Next::Flows(flows)) = (is_async_after, &next) {
        return wait_behind(step, &graph, &element, flows);
    }
    go_on(step, &graph, &element, &next, satisfied)
}

fn has_own_execution(graph: &Graph, element: &ElementInstance) -> bool {
    match element.position {
        Position::Node(node) => graph.is_scope(node),
        Position::Process | Position::Body(_) => true,
    }
}

/// Behind an activity with `asyncAfter`: one token and one job per flow.
fn wait_behind(step: &mut Step<'_>, graph: &Graph, element: &ElementInstance, flows: &[FlowIndex]) -> Done {
    let Some(scope) = element.scope else {
        return Ok(());
    };
    let outside = step.element(scope)?.activity.place.execution;
    let is_forked = flows.len() > 1;
    let branch = match element.branch {
        None if is_forked => Some(step.next_id()),
        branch => branch,
    };
    let first: Vec<FlowIndex> = flows.iter().take(1).copied().collect();
    tokens::change(step, element.id, |element| {
        let mut activity = Activity::clone(&element.activity);
        activity.place.execution = branch.unwrap_or(outside);
        element.activity = Arc::new(activity);
        element.branch = branch;
        element.parent_execution = branch.map(|_| outside);
        element.waiting = Some(Waiting::Leave { flows: first });
    })?;
    let mut waiting = vec![step.element(element.id)?];
    for flow in flows.iter().skip(1) {
        let origin = tokens::Origin::Placed;
        let mut token = tokens::prepare(step, graph, scope, element.position, origin, tokens::Branch::New)?;
        token.phase = Phase::Leaving;
        token.waiting = Some(Waiting::Leave { flows: vec![*flow] });
        let token = Arc::new(token);
        step.emit(Event::TokenPlaced { element: Arc::clone(&token) });
        waiting.push(token);
    }
    for token in waiting {
        jobs::create_async(step, &token, JobKind::AsyncAfter)?;
    }
    Ok(())
}

/// Does its token end here? That of an instance of a loop always does; a compensation handler ends nothing but itself.
fn completes_scope(graph: &Graph, element: &ElementInstance, next: &Next) -> bool {
    let ends = is_inner(element) || matches!(next, Next::Flows(flows) if flows.is_empty());
    is_end_event(graph, element) || ends && element.compensating_for.is_none()
}

fn is_end_event(graph: &Graph, element: &ElementInstance) -> bool {
    element.node().is_some_and(|node| matches!(graph.node(node).kind, NodeKind::EndEvent(_)))
}

/// After an `asyncAfter` job.
pub(crate) fn move_on(step: &mut Step<'_>, id: Id, flows: &[FlowIndex]) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    let satisfied = if is_inner(&element) { multi_instance::count_completed(step, &element)? } else { false };
    step.emit(Event::TokenRemoved { element: id });
    go_on(step, &graph, &element, &Next::Flows(flows.to_vec()), satisfied)
}

/// Where the token of an ended activity goes: back to who compensates, to its multi-instance body, over flows, or nowhere.
fn go_on(step: &mut Step<'_>, graph: &Graph, element: &ElementInstance, next: &Next, satisfied: bool) -> Done {
    let Some(scope) = element.scope else {
        return Ok(());
    };
    if let Some(thrower) = element.compensating_for {
        return compensation::handler_done(step, thrower, element.id);
    }
    if is_inner(element) {
        return multi_instance::instance_completed(step, graph, scope, satisfied);
    }
    let goes_on = !matches!(next, Next::Flows(flows) if flows.is_empty());
    if ad_hoc::inner_completed(step, graph, element, goes_on)? {
        return Ok(());
    }
    match next {
        Next::Flows(flows) if flows.is_empty() => scopes::token_ended(step, element),
        Next::Flows(flows) => flows::take(step, graph, scope, flows, element.branch).map(drop),
        Next::Link(target) => {
            let branch = tokens::Branch::Continue(element.branch);
            tokens::place_and_arrive(step, graph, scope, *target, branch).map(drop)
        }
    }
}

/// The token ends here without going on: an unhandled BPMN error.
pub(crate) fn end_token(step: &mut Step<'_>, id: Id) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    complete_quietly(step, &graph, &element)
}

fn complete_quietly(step: &mut Step<'_>, graph: &Graph, element: &ElementInstance) -> Done {
    scopes::clear(step, element, scopes::Cause::Completed)?;
    let satisfied = if is_inner(element) { multi_instance::count_completed(step, element)? } else { false };
    step.emit(Event::ActivityEnded {
        element: element.id,
        activity: Arc::clone(&element.activity),
        ended: step.env.now,
        canceled: false,
        completes_scope: false,
        leaving: false,
    });
    go_on(step, graph, element, &Next::Flows(Vec::new()), satisfied)
}
