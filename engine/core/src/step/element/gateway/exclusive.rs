//! Exclusive gateway: the first flow in document order whose condition is true; a flow without a condition counts as true
//! (BPMN 2.0.2, section 13.4.2).

use crate::compile::Graph;
use crate::ids::Id;
use crate::step::behavior::flows;
use crate::step::behavior::lifecycle::{self, Next};
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::NodeIndex;

pub(in crate::step::element) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    let gateway = graph.node(node);
    let mut chosen = None;
    for flow in &gateway.outgoing {
        if Some(*flow) != gateway.default_flow && flows::is_open(step, graph, id, *flow)? {
            chosen = Some(*flow);
            break;
        }
    }
    let chosen = chosen.or(gateway.default_flow);
    if chosen.is_none() && !gateway.outgoing.is_empty() {
        return Err(flows::no_outgoing_flow(&gateway.id));
    }
    lifecycle::complete(step, id, Next::Flows(chosen.into_iter().collect()))
}
