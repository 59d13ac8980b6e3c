//! Event-based gateway: waits for all events behind it; the first to come takes the token (BPMN 2.0.2, section 10.6.6).

use crate::compile::Graph;
use crate::entity::JobKind;
use crate::ids::Id;
use crate::step::behavior::subscriptions;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use casewright_engine_model::model::{NodeIndex, NodeKind};

pub(in crate::step::element) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    for flow in &graph.node(node).outgoing {
        let target = graph.flow(*flow).target;
        if let NodeKind::IntermediateCatchEvent(trigger) = &graph.node(target).kind {
            let timer = JobKind::TimerCatch { node: target };
            subscriptions::await_trigger(step, graph, id, target, trigger, timer)?;
        }
    }
    step.push(Work::CheckConditions(id));
    Ok(())
}
