//! Variables as inputs of a standard model, and its results as variables.

use crate::feel;
use casewright_engine_feel::{DateTime, Type, Value as Feel};
use casewright_engine_value::{EvaluationError, Value, zone};
use std::sync::Arc;

/// Variables have no dates without a time, no times and no durations: texts and instants become what the model declares. An
/// instant is a date and time in the process's time zone.
pub(super) fn to_feel(value: &Value, kind: &Type) -> Feel {
    match (value, kind.base()) {
        (Value::String(text), kind) => kind.read(text).unwrap_or_else(|| Feel::String(Arc::clone(text))),
        (Value::Date(instant), kind) => {
            let moment = DateTime::at(instant.timestamp(), zone::local());
            if matches!(kind, Type::Date) { Feel::Date(moment.date) } else { Feel::DateTime(moment) }
        }
        (Value::List(items), Type::List(kind)) => Feel::list(items.iter().map(|item| to_feel(item, kind)).collect()),
        (Value::List(items), kind) => Feel::list(items.iter().map(|item| to_feel(item, kind)).collect()),
        (Value::Map(entries), kind) => {
            let kind_of = |name: &str| match kind {
                Type::Context(members) => members.iter().find(|(own, _)| own == name).map(|(_, kind)| kind),
                _ => None,
            };
            let entry = |(name, value): (&smol_str::SmolStr, &Value)| {
                (name.clone(), to_feel(value, kind_of(name).unwrap_or(&Type::Any)))
            };
            Feel::Context(Arc::new(entries.iter().map(entry).collect()))
        }
        (Value::Json(_) | Value::Object(_), kind) => match crate::java::json::value_to_json(value) {
            serde_json::Value::Null => Feel::Null,
            json => to_feel(&crate::java::json::value_from_json(&json), kind),
        },
        // One is as good as a list of one.
        (value, Type::List(kind)) => to_feel(value, kind),
        (value, _) => feel::to_feel(value),
    }
}

/// Dates are instants, also within lists and contexts; those that no instant is for are their text.
pub(super) fn from_feel(value: &Feel) -> Result<Value, EvaluationError> {
    feel::from_feel_with_dates(value)
}
