//! What JavaScript makes of a value where it wants a truth, a number or a text.

use serde_json::Value;
use std::borrow::Cow;

/// Whether a condition of JavaScript takes it for true.
pub(crate) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// The number that a comparison makes of it; none that compares with anything otherwise.
pub(crate) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => Some(0.0),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text.trim().is_empty() => Some(0.0),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| !number.is_nan()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The text that a pattern is held against.
pub(crate) fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(items) => {
            let part = |item: &Value| if item.is_null() { String::new() } else { as_text(item).into_owned() };
            Cow::Owned(items.iter().map(part).collect::<Vec<_>>().join(","))
        }
        Value::Object(_) => Cow::Borrowed("[object Object]"),
        other => Cow::Owned(other.to_string()),
    }
}

/// Letters as JavaScript counts them, without the blanks around.
pub(crate) fn trimmed_length(text: &str) -> usize {
    text.trim_matches(|letter: char| letter.is_whitespace() && letter != '\u{85}' || letter == '\u{feff}')
        .encode_utf16()
        .count()
}

/// Equal as `isEqual` of lodash has it: numbers by their value, however they are written.
pub(crate) fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| is_same(a, b)))
        }
        _ => a == b,
    }
}
