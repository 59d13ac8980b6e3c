//! Event-based gateway: waits for all events behind it; the first to come takes the token (BPMN 2.0.2, section 10.6.6).

use crate::entity::JobKind;
use crate::step::behavior::subscriptions;
use crate::step::context::Step;
use crate::step::element::hooks::{At, Element, Then};
use crate::step::fault::Done;

pub(in crate::step::element) struct EventBased;

impl Element for EventBased {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        for flow in &at.graph.node(at.node).outgoing {
            let target = at.graph.flow(*flow).target;
            if let Some(trigger) = at.graph.trigger(target) {
                let timer = JobKind::TimerCatch { node: target };
                subscriptions::await_trigger(step, at.graph, at.id, target, trigger, timer)?;
            }
        }
        step.check_conditions(at.id);
        Ok(Then::Waits)
    }
}
