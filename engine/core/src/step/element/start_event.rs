//! Start events are passed: what triggers them has happened already (BPMN 2.0.2, section 10.5.2).

use super::hooks::{At, Element, Then};
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::StartEvent;
use casewright_engine_value::Value;

impl Element for StartEvent {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        if let Some(initiator) = &self.initiator {
            let user = step.env.user.as_deref().map_or(Value::Null, Value::string);
            variables::set(step, at.id, initiator, user)?;
        }
        Ok(Then::Leaves)
    }
}
