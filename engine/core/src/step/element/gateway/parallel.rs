//! Parallel gateway: joins when as many tokens wait as there are incoming flows, then forks over all outgoing ones
//! (BPMN 2.0.2, section 13.4.1). As in Camunda 7, two tokens over the same flow count as two.

use super::join;
use crate::compile::Graph;
use crate::ids::Id;
use crate::step::behavior::lifecycle::{self, Next};
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::NodeIndex;

pub(in crate::step::element) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    let gateway = graph.node(node);
    if gateway.incoming.len() > 1 {
        let waiting = join::wait(step, id, node)?;
        if waiting.len() < gateway.incoming.len() {
            return Ok(());
        }
        join::merge(step, &waiting, id)?;
    }
    lifecycle::complete(step, id, Next::Flows(gateway.outgoing.clone()))
}
