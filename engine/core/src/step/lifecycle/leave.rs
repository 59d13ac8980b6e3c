//! An element instance has done its work: flows are chosen, end listeners run, outputs are mapped, the scope is destroyed,
//! and its token goes on, or waits for an `asyncAfter` job first.

use super::carry_out::compensated;
use super::scope;
use crate::compile::Graph;
use crate::entity::{Activity, ElementInstance, JobKind, Phase, Position, Waiting};
use crate::event::Event;
use crate::ids::Id;
use crate::step::behavior::{
    compensation, flows, incidents, io_mapping, jobs, listeners, scopes, subscriptions, tokens,
};
use crate::step::context::Step;
use crate::step::element::{self, Next, Progress, Token};
use crate::step::event::compensate;
use crate::step::fault::Done;
use casewright_engine_model::model::{FlowIndex, ListenerEvent};
use std::sync::Arc;

/// Async before and after: of the loop for an inner instance, of the activity for the body and everything else.
pub(super) fn async_marks(graph: &Graph, element: &ElementInstance) -> (bool, bool) {
    let Some(index) = element.node() else {
        return (false, false);
    };
    let node = graph.node(index);
    match &node.loop_characteristics {
        Some(repeat) if element.is_inner() => (repeat.async_before, repeat.async_after),
        _ => (node.async_before, node.async_after),
    }
}

/// Done with its work: takes the flows whose conditions are true.
pub(super) fn leave(step: &mut Step<'_>, id: Id) -> Done {
    if step.state().has_children(id) {
        // A condition became true as its last token ended: an event subprocess keeps the scope alive, and its end asks again.
        return Ok(());
    }
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    let flows = if element.is_inner() { Vec::new() } else { flows::choose(step, &graph, &element)? };
    complete(step, id, Next::Flows(flows))
}

/// Ends the activity instance and sends its token on.
pub(super) fn complete(step: &mut Step<'_>, id: Id, next: Next) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    if let Position::Node(node) = element.position {
        if !step.skips().listeners {
            listeners::run(step, &graph, id, ListenerEvent::End)?;
        }
        if !step.skips().io_mappings {
            io_mapping::map_outputs(step, &graph, id, node)?;
        }
    }
    if step.state().element(id).is_none() {
        return Ok(());
    }
    let element = step.element(id)?;
    let (_, is_async_after) = async_marks(&graph, &element);
    let is_async_after = is_async_after && matches!(next, Next::Flows(_));
    let progress = if is_async_after { Progress::GoesOn } else { completing(step, &graph, &element)? };
    subscriptions::withdraw_all(step, id);
    if graph.owns_execution(element.position) {
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
    go_on(step, &graph, &element, &next, progress)
}

/// Tells the scope around that one of its children is about to end.
fn completing(step: &mut Step<'_>, graph: &Graph, child: &ElementInstance) -> Done<Progress> {
    match element::around(graph, child) {
        Some(around) => around.element.child_completing(step, around.at, child),
        None => Ok(Progress::GoesOn),
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
    let ends = element.is_inner() || !next.leads_on();
    element.node().is_some_and(|node| graph.ends_token(node)) || ends && element.compensating_for.is_none()
}

/// After an `asyncAfter` job.
pub(super) fn move_on(step: &mut Step<'_>, id: Id, flows: &[FlowIndex]) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    let progress = completing(step, &graph, &element)?;
    step.emit(Event::TokenRemoved { element: id });
    go_on(step, &graph, &element, &Next::Flows(flows.to_vec()), progress)
}

/// Where the token of an ended activity goes: back to who compensates, to its multi-instance body, over flows, or nowhere.
fn go_on(step: &mut Step<'_>, graph: &Graph, element: &ElementInstance, next: &Next, progress: Progress) -> Done {
    let Some(scope) = element.scope else {
        return Ok(());
    };
    if let Some(thrower) = element.compensating_for {
        let done = compensate::handler_done(step, thrower, element.id)?;
        return compensated(step, done);
    }
    if let Some(around) = element::around(graph, element)
        && around.element.child_completed(step, around.at, element, next, progress)? == Token::Ends
    {
        return Ok(());
    }
    match next {
        Next::Flows(flows) if flows.is_empty() => scope::token_ended(step, element),
        Next::Flows(flows) => flows::take(step, graph, scope, flows, element.branch).map(drop),
        Next::Link(target) => {
            let branch = tokens::Branch::Continue(element.branch);
            tokens::place_and_arrive(step, graph, scope, *target, branch).map(drop)
        }
    }
}

/// The token ends here without going on: an unhandled BPMN error.
pub(super) fn end_token(step: &mut Step<'_>, id: Id) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    scopes::clear(step, &element, scopes::Cause::Completed)?;
    let progress = completing(step, &graph, &element)?;
    step.emit(Event::ActivityEnded {
        element: id,
        activity: Arc::clone(&element.activity),
        ended: step.env.now,
        canceled: false,
        completes_scope: false,
        leaving: false,
    });
    go_on(step, &graph, &element, &Next::Flows(Vec::new()), progress)
}
