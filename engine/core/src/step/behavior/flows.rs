//! Leaving over sequence flows (BPMN 2.0.2, section 13.4.2).

use super::{listeners, tokens};
use crate::compile::Graph;
use crate::entity::ElementInstance;
use crate::ids::Id;
use crate::rejection::{Impasse, Rejection};
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::Family;
use casewright_engine_model::model::{FlowIndex, NodeIndex};
use tokens::{Branch, Origin};

/// All flows whose condition is true or absent; the default flow only when there is no such; none at all is an error.
pub(crate) fn choose(step: &mut Step<'_>, graph: &Graph, element: &ElementInstance) -> Done<Vec<FlowIndex>> {
    let Some(index) = element.node() else {
        return Ok(Vec::new());
    };
    let node = graph.node(index);
    let mut chosen = Vec::new();
    for flow in &node.outgoing {
        if Some(*flow) != node.default_flow && is_open(step, graph, element.id, *flow)? {
            chosen.push(*flow);
        }
    }
    if chosen.is_empty() {
        chosen.extend(node.default_flow);
    }
    if chosen.is_empty() && !node.outgoing.is_empty() {
        return Err(no_open_flow(graph, index));
    }
    Ok(chosen)
}

/// Gateways and other nodes have different words for it.
fn no_open_flow(graph: &Graph, index: NodeIndex) -> crate::step::fault::Fault {
    let node = graph.node(index);
    if node.kind.facts().family == Family::Gateway {
        return no_outgoing_flow(&node.id);
    }
    Impasse::NoOpenFlow { element: node.id.clone() }.into()
}

pub(crate) fn no_outgoing_flow(element: &smol_str::SmolStr) -> crate::step::fault::Fault {
    Rejection::NoOutgoingFlow { element: element.clone() }.into()
}

pub(crate) fn is_open(step: &mut Step<'_>, graph: &Graph, element: Id, flow: FlowIndex) -> Done<bool> {
    let flow = graph.flow(flow);
    match &flow.condition {
        None => Ok(true),
        Some(condition) => {
            let context = Context { transition: Some(&flow.id), ..Context::of(element) };
            step.evaluate_condition(context, condition)
        }
    }
}

/// Takes flows out of an activity that has ended, the first one first.
pub(crate) fn take(
    step: &mut Step<'_>,
    graph: &Graph,
    scope: Id,
    flows: &[FlowIndex],
    branch: Option<Id>,
) -> Done<Vec<Id>> {
    let mut arrived = Vec::with_capacity(flows.len());
    for (at, flow) in flows.iter().enumerate() {
        if !step.skips().listeners {
            listeners::run_take(step, graph, scope, *flow)?;
        }
        let branch = match (flows.len(), at) {
            (1, _) => Branch::Continue(branch),
            (_, 0) => branch.map_or(Branch::New, Branch::Keep),
            _ => Branch::New,
        };
        let target = tokens::position_of(graph, graph.flow(*flow).target);
        let token = tokens::place(step, graph, scope, target, Origin::Flow(*flow), branch)?;
        arrived.push(token);
    }
    for token in arrived.iter().rev() {
        step.arrive(*token);
    }
    Ok(arrived)
}
