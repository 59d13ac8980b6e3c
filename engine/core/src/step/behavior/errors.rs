//! BPMN errors find their handler or end their token (BPMN 2.0.2, section 10.5.7).

use super::handlers::{self, Fit};
use super::{lifecycle, variables};
use crate::env::UnhandledError;
use crate::event::Event;
use crate::ids::Id;
use crate::outcome::Rejection;
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::EventTrigger;
use casewright_engine_value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

pub(crate) fn throw(step: &mut Step<'_>, thrower: Id, code: &str, message: Option<&str>) -> Done {
    let handler = handlers::find(step, thrower, |trigger| match trigger {
        EventTrigger::Error(catch) => match &catch.code {
            None => Some(Fit::CatchAll),
            Some(wanted) if wanted.is_empty() => Some(Fit::CatchAll),
            Some(wanted) => (wanted == code).then_some(Fit::Code),
        },
        _ => None,
    })?;
    let Some(handler) = handler else {
        return unhandled(step, thrower, code, message);
    };
    let trigger = handlers::trigger(step, &handler)?;
    let (scope, is_local) = handlers::hand_over(step, &handler)?;
    let Some(EventTrigger::Error(catch)) = trigger else {
        return Ok(());
    };
    let values = [
        (&catch.code_variable, Value::string(code)),
        (&catch.message_variable, message.map_or(Value::Null, Value::string)),
    ];
    for (name, value) in values {
        let Some(name) = name else { continue };
        if is_local {
            variables::set_local(step, scope, name, value)?;
        } else {
            variables::set(step, scope, name, value)?;
        }
    }
    Ok(())
}

fn unhandled(step: &mut Step<'_>, thrower: Id, code: &str, message: Option<&str>) -> Done {
    let place = step.place_of(thrower)?;
    if step.env.options.unhandled_error == UnhandledError::Rejects {
        return Err(Rejection::UnhandledError(format!(
            "Execution with id '{}' throws an error event with errorCode '{code}' and errorMessage '{}', \
             but no error handler was defined. ",
            place.activity_id,
            message.unwrap_or("null")
        ))
        .into());
    }
    step.emit(Event::ErrorUnhandled { place, code: SmolStr::new(code), message: message.map(Arc::from) });
    lifecycle::end_token(step, thrower)
}
