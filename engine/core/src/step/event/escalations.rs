//! Escalations inform a scope further out; the thrower goes on unless the handler interrupts it (BPMN 2.0.2, section
//! 10.5.7).

use super::handlers::{self, Caught, Fit};
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::EventTrigger;
use casewright_engine_value::Value;

pub(crate) fn throw(step: &mut Step<'_>, thrower: Id, code: &str) -> Done<Caught> {
    let handler = handlers::find(step, thrower, |trigger| match trigger {
        EventTrigger::Escalation(catch) => Fit::of(catch.code.as_deref(), code),
        _ => None,
    })?;
    let Some(handler) = handler else {
        return Ok(Caught::Nobody);
    };
    let trigger = handlers::trigger(step, &handler)?;
    let recipient = handlers::hand_over(step, &handler)?;
    if let Some(EventTrigger::Escalation(catch)) = trigger
        && let Some(name) = &catch.code_variable
    {
        recipient.set(step, name, Value::string(code))?;
    }
    Ok(Caught::Yes)
}
