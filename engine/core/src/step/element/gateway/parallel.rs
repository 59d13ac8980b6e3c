//! Parallel gateway: joins when as many tokens wait as there are incoming flows, then forks over all outgoing ones
//! (BPMN 2.0.2, section 13.4.1). As in Camunda 7, two tokens over the same flow count as two.

use super::join;
use crate::step::context::Step;
use crate::step::element::hooks::{At, Element, Next, Then};
use crate::step::fault::Done;

pub(in crate::step::element) struct Parallel;

impl Element for Parallel {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let gateway = at.graph.node(at.node);
        if gateway.incoming.len() > 1 {
            let waiting = join::wait(step, at.id, at.node)?;
            if waiting.len() < gateway.incoming.len() {
                return Ok(Then::Waits);
            }
            join::merge(step, &waiting, at.id)?;
        }
        Ok(Then::Completes(Next::Flows(gateway.outgoing.clone())))
    }
}
