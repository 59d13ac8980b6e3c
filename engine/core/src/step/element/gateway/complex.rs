//! Complex gateways are refused: Camunda 7 ignores them with a warning, and a gateway that is silently skipped would run
//! another process than the one that was drawn (BPMN 2.0.2, section 13.4.5).

use crate::compile::Graph;
use crate::outcome::Rejection;
use crate::step::fault::Done;
use casewright_engine_model::model::NodeIndex;

pub(in crate::step::element) fn execute(graph: &Graph, node: NodeIndex) -> Done {
    Err(Rejection::Engine(format!("complex gateway '{}' cannot be executed", graph.node(node).id)).into())
}
