//! Exclusive gateway: the first flow in document order whose condition is true; a flow without a condition counts as true
//! (BPMN 2.0.2, section 13.4.2).

use crate::step::behavior::flows;
use crate::step::context::Step;
use crate::step::element::hooks::{At, Element, Next, Then};
use crate::step::fault::Done;

pub(in crate::step::element) struct Exclusive;

impl Element for Exclusive {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let gateway = at.graph.node(at.node);
        let mut chosen = None;
        for flow in &gateway.outgoing {
            if Some(*flow) != gateway.default_flow && flows::is_open(step, at.graph, at.id, *flow)? {
                chosen = Some(*flow);
                break;
            }
        }
        let chosen = chosen.or(gateway.default_flow);
        if chosen.is_none() && !gateway.outgoing.is_empty() {
            return Err(flows::no_outgoing_flow(&gateway.id));
        }
        Ok(Then::Completes(Next::Flows(chosen.into_iter().collect())))
    }
}
