//! `typeRef` of inputs and outputs: Camunda converts what fits and refuses what does not.

use crate::java::to_text;
use casewright_engine_value::{EvaluationError, Value};

/// The value in the type; types Camunda does not know leave it as it is.
pub(super) fn convert(value: Value, type_ref: Option<&str>) -> Result<Value, EvaluationError> {
    let Some(type_ref) = type_ref else {
        return Ok(value);
    };
    if matches!(value, Value::Null) {
        return Ok(value);
    }
    let local = type_ref.rsplit(':').next().unwrap_or(type_ref);
    let converted = match local.to_ascii_lowercase().as_str() {
        "string" => Some(Value::string(&to_text(&value))),
        "boolean" => boolean(&value),
        "integer" => whole(&value).and_then(|n| i32::try_from(n).ok()).map(Value::Integer),
        "long" => whole(&value).map(Value::Long),
        "double" => double(&value).map(Value::Double),
        "date" => date(&value),
        _ => return Ok(value),
    };
    converted.ok_or_else(|| {
        EvaluationError::Failed(format!(
            "DMN-01005 Invalid value '{}' for clause with type '{type_ref}'.",
            to_text(&value)
        ))
    })
}

/// Whether a clause of this type gives texts.
pub(super) fn is_text(type_ref: Option<&str>) -> bool {
    is_one_of(type_ref, &["string"])
}

pub(super) fn is_date(type_ref: Option<&str>) -> bool {
    is_one_of(type_ref, &["date"])
}

/// Whether a clause of this type takes some values only.
pub(super) fn converts(type_ref: Option<&str>) -> bool {
    is_one_of(type_ref, &["string", "boolean", "integer", "long", "double", "date"])
}

fn is_one_of(type_ref: Option<&str>, kinds: &[&str]) -> bool {
    let local = type_ref.and_then(|kind| kind.rsplit(':').next());
    local.is_some_and(|local| kinds.iter().any(|kind| local.eq_ignore_ascii_case(kind)))
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Boolean(value) => Some(Value::Boolean(*value)),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(Value::Boolean(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Short(n) => Some(i64::from(*n)),
        Value::Integer(n) => Some(i64::from(*n)),
        Value::Long(n) => Some(*n),
        Value::Double(n) if n.fract() == 0.0 && n.abs() < 9.2e18 => Some(*n as i64),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Short(n) => Some(f64::from(*n)),
        Value::Integer(n) => Some(f64::from(*n)),
        Value::Long(n) => Some(*n as f64),
        Value::Double(n) => Some(*n),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn date(value: &Value) -> Option<Value> {
    match value {
        Value::Date(date) => Some(Value::Date(*date)),
        // A day alone is none to Camunda.
        Value::String(text) if !text.contains('T') => None,
        Value::String(text) => crate::timer::parse_date(text).map(Value::Date),
        _ => None,
    }
}
