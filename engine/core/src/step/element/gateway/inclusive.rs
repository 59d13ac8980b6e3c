//! Inclusive gateway: joins when no other token in its scope can still reach it, then forks over every flow whose condition
//! is true (BPMN 2.0.2, section 13.4.3). As in Camunda 7 this is looked at only when a token arrives.

use super::join;
use crate::compile::Graph;
use crate::entity::Phase;
use crate::ids::Id;
use crate::step::behavior::flows;
use crate::step::context::Step;
use crate::step::element::hooks::{At, Element, Next, Then};
use crate::step::fault::Done;
use casewright_engine_model::model::NodeIndex;

pub(in crate::step::element) struct Inclusive;

impl Element for Inclusive {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let At { id, node, graph } = at;
        let gateway = graph.node(node);
        if gateway.incoming.len() > 1 {
            let waiting = join::wait(step, id, node)?;
            let is_complete = waiting.len() >= gateway.incoming.len();
            if !is_complete && is_awaited(step, graph, id, node, &waiting)? {
                return Ok(Then::Waits);
            }
            join::merge(step, &waiting, id)?;
        }
        let element = step.element(id)?;
        let chosen = flows::choose(step, graph, &element)?;
        Ok(Then::Completes(Next::Flows(chosen)))
    }
}

/// Can another token of the scope still arrive?
fn is_awaited(step: &Step<'_>, graph: &Graph, id: Id, node: NodeIndex, waiting: &[Id]) -> Done<bool> {
    let Some(scope) = step.element(id)?.scope else {
        return Ok(false);
    };
    let is_on_its_way = |child: Id| {
        let Some(element) = step.state().element(child) else {
            return false;
        };
        let Some(at) = element.node() else {
            return false;
        };
        let is_in_front = at == node && element.phase == Phase::Arriving;
        is_in_front || graph.can_reach(at, node)
    };
    Ok(step.state().children(scope).filter(|child| !waiting.contains(child)).any(is_on_its_way))
}
