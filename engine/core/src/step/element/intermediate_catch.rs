//! Intermediate catch events wait for their trigger; links and none events are passed (BPMN 2.0.2, section 10.5.4).

use super::hooks::{At, Element, Then};
use crate::entity::JobKind;
use crate::step::behavior::subscriptions;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::EventTrigger;

/// By what it waits for, a catch event is told completely.
impl Element for EventTrigger {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        if matches!(self, Self::None | Self::Link(_)) {
            return Ok(Then::Leaves);
        }
        let timer = JobKind::TimerCatch { node: at.node };
        subscriptions::await_trigger(step, at.graph, at.id, at.node, self, timer)?;
        if matches!(self, Self::Conditional(_)) {
            step.check_conditions(at.id);
        }
        Ok(Then::Waits)
    }
}
