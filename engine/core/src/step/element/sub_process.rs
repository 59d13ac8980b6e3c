//! Embedded subprocesses and transactions: a scope that begins at its none start event (BPMN 2.0.2, section 10.3.5). It
//! completes when its last token ends: `behavior/scopes.rs`.

use crate::compile::Graph;
use crate::ids::Id;
use crate::outcome::Rejection;
use crate::step::behavior::tokens::{self, Branch};
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::NodeIndex;

pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    let Some(start) = graph.scope(Some(node)).start else {
        return Err(
            Rejection::Engine(format!("subprocess '{}' has no start event to begin at", graph.node(node).id)).into()
        );
    };
    tokens::place_and_arrive(step, graph, id, start, Branch::Auto).map(drop)
}
