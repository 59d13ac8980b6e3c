//! Values from JSON and to JSON, with the number types of the Camunda 7 contract.

use casewright_engine_value::{ObjectValue, Value};
use indexmap::IndexMap;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::sync::Arc;

/// Whole numbers become `Integer`, beyond 32 bits `Long`; fractions `Double`; arrays and objects `List` and `Map`.
#[must_use]
pub fn value_from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => number_value(number),
        Json::String(text) => Value::string(text),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value_from_json).collect())),
        Json::Object(members) => Value::Map(Arc::new(
            members.iter().map(|(key, value)| (SmolStr::from(key), value_from_json(value))).collect::<IndexMap<_, _>>(),
        )),
    }
}

fn number_value(number: &serde_json::Number) -> Value {
    match number.as_i64() {
        Some(whole) => i32::try_from(whole).map_or(Value::Long(whole), Value::Integer),
        None => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
    }
}

/// Dates become ISO 8601 text in UTC, bytes null, `Json` what its text says.
#[must_use]
pub fn value_to_json(value: &Value) -> Json {
    match value {
        Value::Null | Value::NullOf(_) | Value::Bytes(_) | Value::File(_) => Json::Null,
        Value::Boolean(value) => Json::Bool(*value),
        Value::Short(n) => Json::from(*n),
        Value::Integer(n) => Json::from(*n),
        Value::Long(n) => Json::from(*n),
        Value::Double(n) => serde_json::Number::from_f64(*n).map_or(Json::Null, Json::Number),
        Value::String(text) | Value::Xml(text) => Json::String(text.to_string()),
        Value::Date(instant) => Json::String(super::date::rest_text(*instant)),
        Value::Json(text) => serde_json::from_str(text).unwrap_or_default(),
        Value::Object(object) => match parse_object(object) {
            Some(parsed) => value_to_json(&parsed),
            None => object.serialized.as_deref().map_or(Json::Null, |text| Json::String(text.to_owned())),
        },
        Value::List(items) => Json::Array(items.iter().map(value_to_json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.to_string(), value_to_json(value))).collect())
        }
    }
}

/// What a serialised object in JSON stands for; none for other formats and for text that is no JSON.
pub(crate) fn parse_object(object: &ObjectValue) -> Option<Value> {
    if !object.format.starts_with("application/json") {
        return None;
    }
    let json: Json = serde_json::from_str(object.serialized.as_deref()?).ok()?;
    Some(value_from_json(&json))
}

/// A changed collection in the class and format it came in.
pub(crate) fn serialise_like(object: &ObjectValue, changed: &Value) -> Value {
    Value::Object(Arc::new(ObjectValue {
        type_name: object.type_name.clone(),
        format: object.format.clone(),
        serialized: Some(Arc::from(value_to_json(changed).to_string())),
    }))
}
