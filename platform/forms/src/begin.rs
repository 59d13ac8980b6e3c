//! The data of a form before anybody has done anything: what is known, in the shape that its components keep, with defaults
//! where nothing is known.

use crate::option::{self, Options};
use crate::place::{get, put};
use crate::schema::{Component, Kind, Lines, NumberKind};
use crate::truth;
use serde_json::{Map, Value, json};

/// What form-js makes of data when it shows a form with it.
pub(crate) fn begun(components: &[Component], data: &Map<String, Value>) -> Map<String, Value> {
    let mut out = data.clone();
    begin(components, data, &mut out);
    out
}

fn begin(components: &[Component], shown: &Map<String, Value>, out: &mut Map<String, Value>) {
    for component in components {
        let value = get(out, &component.path).cloned();
        let value = match &component.kind {
            Kind::Rows(rows) => {
                let mut items = match value {
                    Some(Value::Array(items)) => items,
                    _ => vec![json!({}); rows.count],
                };
                for item in &mut items {
                    let mut row = match std::mem::take(item) {
                        Value::Object(row) => row,
                        _ => Map::new(),
                    };
                    begin(&rows.components, shown, &mut row);
                    *item = Value::Object(row);
                }
                Value::Array(items)
            }
            kind => value
                .map(|value| kept(kind, value, shown))
                .or_else(|| component.default.clone())
                .unwrap_or_else(|| empty(kind)),
        };
        put(out, &component.path, value);
    }
}

/// What an untouched component holds.
fn empty(kind: &Kind) -> Value {
    match kind {
        Kind::Text { .. } => json!(""),
        Kind::Checkbox => json!(false),
        Kind::Choices(_) => json!([]),
        _ => Value::Null,
    }
}

/// A value as its component keeps it.
fn kept(kind: &Kind, value: Value, shown: &Map<String, Value>) -> Value {
    match kind {
        Kind::Text { lines } => match value {
            Value::String(text) if *lines == Lines::One => json!(text.replace(['\r', '\n', '\t'], " ")),
            Value::String(_) => value,
            Value::Number(_) | Value::Bool(_) => json!(truth::as_text(&value)),
            _ => json!(""),
        },
        Kind::Number(number) => of_number(number, &value),
        Kind::Checkbox => json!(value == json!(true)),
        Kind::Choice(options) => if_among(options, value, shown),
        Kind::Choices(options) => match (options.known(shown), value) {
            (Some(known), Value::Array(chosen)) => {
                chosen.into_iter().filter(|value| option::is_among(value, &known)).collect()
            }
            (Some(_), _) => json!([]),
            (None, value) => value,
        },
        _ => value,
    }
}

fn if_among(options: &Options, value: Value, shown: &Map<String, Value>) -> Value {
    match options.known(shown) {
        Some(known) if !option::is_among(&value, &known) => Value::Null,
        _ => value,
    }
}

/// A number, or the text of one: as the component keeps it. What is none is null.
pub(crate) fn of_number(kind: &NumberKind, value: &Value) -> Value {
    match value {
        Value::Number(_) if kind.as_text => json!(value.to_string()),
        Value::Number(_) => value.clone(),
        Value::String(text) if text.trim().is_empty() || truth::as_number(value).is_none_or(f64::is_infinite) => {
            Value::Null
        }
        Value::String(_) if kind.as_text => value.clone(),
        Value::String(text) => plain(text.trim()),
        _ => Value::Null,
    }
}

fn plain(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(whole) => Value::from(whole),
        Err(_) => text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map_or(Value::Null, Value::Number),
    }
}
