//! Escalations inform a scope further out; the thrower goes on unless the handler interrupts it (BPMN 2.0.2, section
//! 10.5.7).

use super::handlers::{self, Fit};
use super::variables;
use crate::ids::Id;
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::EventTrigger;
use casewright_engine_value::Value;

/// Whether anybody caught it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caught {
    Yes,
    Nobody,
}

pub(crate) fn throw(step: &mut Step<'_>, thrower: Id, code: &str) -> Done<Caught> {
    let handler = handlers::find(step, thrower, |trigger| match trigger {
        EventTrigger::Escalation(catch) => match &catch.code {
            None => Some(Fit::CatchAll),
            Some(wanted) if wanted.is_empty() => Some(Fit::CatchAll),
            Some(wanted) => (wanted == code).then_some(Fit::Code),
        },
        _ => None,
    })?;
    let Some(handler) = handler else {
        return Ok(Caught::Nobody);
    };
    let trigger = handlers::trigger(step, &handler)?;
    let (scope, is_local) = handlers::hand_over(step, &handler)?;
    if let Some(EventTrigger::Escalation(catch)) = trigger
        && let Some(name) = &catch.code_variable
    {
        if is_local {
            variables::set_local(step, scope, name, Value::string(code))?;
        } else {
            variables::set(step, scope, name, Value::string(code))?;
        }
    }
    Ok(Caught::Yes)
}
