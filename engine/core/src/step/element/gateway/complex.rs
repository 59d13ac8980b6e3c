//! Complex gateway (BPMN 2.0.2, section 13.4.5). Waiting for start, it fires when its activation condition is true: one
//! token from each incoming flow that has one goes, and outgoing flows are chosen as at an inclusive gateway. Then it waits
//! for reset: for the tokens still expected over the other incoming flows, which it takes in without going on, before it
//! waits for start again.
//!
//! Conditions see `activationCount`, the tokens that wait, and `waitingForStart`. What is chosen on reset are the flows
//! whose condition asks for `waitingForStart`: any other would be taken twice each time. Without an activation condition
//! the gateway waits for all tokens that can still arrive, like an inclusive one.

use super::join;
use crate::compile::{Graph, WAITING_FOR_START};
use crate::entity::{ElementInstance, Phase, Resetting};
use crate::ids::Id;
use crate::step::behavior::{flows, tokens};
use crate::step::context::Step;
use crate::step::element::hooks::{At, Element, Look, Then};
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{Condition, FlowIndex, NodeIndex, NodeKind};
use casewright_engine_value::Value;

const COUNT: &str = "activationCount";

pub(in crate::step::element) struct Complex;

impl Element for Complex {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        join::wait(step, at.id, at.node)?;
        Ok(Then::LooksAgain)
    }

    fn look_again(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Look> {
        let scope = step.element(at.id)?;
        match scope.resetting.iter().find(|resetting| resetting.gateway == at.node) {
            None => start(step, at.graph, at.id, at.node),
            Some(resetting) => reset(step, at.graph, at.id, at.node, &resetting.consumed),
        }
    }
}

/// Fires when it is time.
fn start(step: &mut Step<'_>, graph: &Graph, scope: Id, node: NodeIndex) -> Done<Look> {
    let waiting = join::waiting_at(step, scope, node);
    let Some(latest) = waiting.last().copied() else {
        return Ok(Look::Waits);
    };
    let count = Value::Integer(i32::try_from(waiting.len()).unwrap_or(i32::MAX));
    let facts = [(COUNT, count), (WAITING_FOR_START, Value::Boolean(true))];
    let is_active = match &graph.node(node).kind {
        NodeKind::ComplexGateway { activation_condition: Some(text) } => {
            let condition = Condition::Expression(text.clone());
            step.with_transient(latest, &facts, |step| step.evaluate_condition(Context::of(latest), &condition))?
        }
        _ => {
            let held = flows_of(step, &waiting);
            waiting.len() >= graph.node(node).incoming.len() || !is_any_expected(step, graph, scope, node, &held)
        }
    };
    if !is_active {
        return Ok(Look::Waits);
    }
    let chosen = one_per_flow(step, &waiting);
    let survivor = chosen.last().copied().unwrap_or(latest);
    join::merge(step, &chosen, survivor)?;
    let consumed = flows_of(step, &chosen);
    let element = step.element(survivor)?;
    let flows = step.with_transient(survivor, &facts, |step| flows::choose(step, graph, &element))?;
    let is_complete = graph.node(node).incoming.iter().all(|flow| consumed.contains(flow));
    if !is_complete || graph.node(node).outgoing.iter().any(|flow| graph.asks_for_phase(*flow)) {
        tokens::change(step, scope, |scope| scope.resetting.push(Resetting { gateway: node, consumed }))?;
    }
    Ok(Look::Fires { token: survivor, flows })
}

/// Takes in what was still expected, once it is all there.
fn reset(step: &mut Step<'_>, graph: &Graph, scope: Id, node: NodeIndex, consumed: &[FlowIndex]) -> Done<Look> {
    let late: Vec<Id> = join::waiting_at(step, scope, node)
        .into_iter()
        .filter(|id| flow_of(step, *id).is_none_or(|flow| !consumed.contains(&flow)))
        .collect();
    let late = one_per_flow(step, &late);
    let mut held = flows_of(step, &late);
    held.extend(consumed);
    if is_any_expected(step, graph, scope, node, &held) {
        return Ok(Look::Waits);
    }
    tokens::change(step, scope, |scope| scope.resetting.retain(|resetting| resetting.gateway != node))?;
    let mut chosen = Vec::new();
    let count = Value::Integer(i32::try_from(late.len()).unwrap_or(i32::MAX));
    let facts = [(COUNT, count), (WAITING_FOR_START, Value::Boolean(false))];
    for flow in graph.node(node).outgoing.iter().copied().filter(|flow| graph.asks_for_phase(*flow)) {
        if step.with_transient(scope, &facts, |step| flows::is_open(step, graph, scope, flow))? {
            chosen.push(flow);
        }
    }
    join::end_all(step, &late)?;
    flows::take(step, graph, scope, &chosen, None)?;
    Ok(if late.is_empty() { Look::Resets } else { Look::TakesIn })
}

fn flow_of(step: &Step<'_>, id: Id) -> Option<FlowIndex> {
    step.state().element(id).and_then(|element| element.flow)
}

fn flows_of(step: &Step<'_>, tokens: &[Id]) -> Vec<FlowIndex> {
    tokens.iter().filter_map(|id| flow_of(step, *id)).collect()
}

/// The first token of each flow; one that a modification placed here came over none and goes with any.
fn one_per_flow(step: &Step<'_>, tokens: &[Id]) -> Vec<Id> {
    let mut seen = Vec::new();
    let mut chosen = Vec::new();
    for id in tokens {
        let flow = flow_of(step, *id);
        if flow.is_none() || !seen.contains(&flow) {
            seen.push(flow);
            chosen.push(*id);
        }
    }
    chosen
}

/// Can a token still come over one of the other incoming flows, without passing the gateway itself?
fn is_any_expected(step: &Step<'_>, graph: &Graph, scope: Id, node: NodeIndex, held: &[FlowIndex]) -> bool {
    let open: Vec<FlowIndex> = graph.node(node).incoming.iter().copied().filter(|flow| !held.contains(flow)).collect();
    if open.is_empty() {
        return false;
    }
    step.state()
        .children(scope)
        .filter_map(|child| step.state().element(child))
        .filter(|child| child.waiting.is_none() || child.node() != Some(node))
        .any(|child| open.iter().any(|flow| is_on_its_way(graph, child, node, *flow)))
}

fn is_on_its_way(graph: &Graph, token: &ElementInstance, gateway: NodeIndex, flow: FlowIndex) -> bool {
    let Some(at) = token.node().filter(|_| token.compensating_for.is_none()) else {
        return false;
    };
    if at == gateway {
        return token.phase == Phase::Arriving && token.flow == Some(flow);
    }
    let source = graph.flow(flow).source;
    at == source || graph.can_reach_around(at, source, gateway)
}
