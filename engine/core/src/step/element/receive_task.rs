//! A receive task waits for its message, or to be signalled when it names none (BPMN 2.0.2, section 10.3.3).

use super::hooks::{At, Element, Then};
use crate::step::behavior::subscriptions;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::ReceiveTask;

impl Element for ReceiveTask {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        if let Some(message) = &self.message {
            subscriptions::await_message(step, at.graph, at.id, at.node, message)?;
        }
        Ok(Then::Waits)
    }
}
