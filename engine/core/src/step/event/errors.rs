//! BPMN errors find their handler or end their token (BPMN 2.0.2, section 10.5.7).

use super::handlers::{self, Caught, Fit};
use crate::env::UnhandledError;
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::Rejection;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::EventTrigger;
use casewright_engine_value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// Without a handler the token of the thrower has to end, which is the caller's business.
pub(crate) fn throw(step: &mut Step<'_>, thrower: Id, code: &str, message: Option<&str>) -> Done<Caught> {
    let handler = handlers::find(step, thrower, |trigger| match trigger {
        EventTrigger::Error(catch) => Fit::of(catch.code.as_deref(), code),
        _ => None,
    })?;
    let Some(handler) = handler else {
        return unhandled(step, thrower, code, message);
    };
    let trigger = handlers::trigger(step, &handler)?;
    let recipient = handlers::hand_over(step, &handler)?;
    let Some(EventTrigger::Error(catch)) = trigger else {
        return Ok(Caught::Yes);
    };
    let values = [
        (&catch.code_variable, Value::string(code)),
        (&catch.message_variable, message.map_or(Value::Null, Value::string)),
    ];
    for (name, value) in values {
        if let Some(name) = name {
            recipient.set(step, name, value)?;
        }
    }
    Ok(Caught::Yes)
}

fn unhandled(step: &mut Step<'_>, thrower: Id, code: &str, message: Option<&str>) -> Done<Caught> {
    let place = step.place_of(thrower)?;
    if step.env.options.unhandled_error == UnhandledError::Rejects {
        let (code, message) = (code.to_owned(), message.map(str::to_owned));
        return Err(Rejection::UnhandledError { activity: Some(place.activity_id), code, message }.into());
    }
    step.emit(Event::ErrorUnhandled { place, code: SmolStr::new(code), message: message.map(Arc::from) });
    Ok(Caught::Nobody)
}
