//! JSON to BSON and back. Integers stay integers, everything else a number becomes a double.

use casewright_rows::Document;
use mongodb::bson::{Bson, Document as BsonDocument};
use serde_json::{Number, Value};

pub(super) fn to_bson(document: &Document) -> BsonDocument {
    document.iter().map(|(key, value)| (name(key), value_to_bson(value))).collect()
}

pub(super) fn value_to_bson(value: &Value) -> Bson {
    match value {
        Value::Null => Bson::Null,
        Value::Bool(value) => Bson::Boolean(*value),
        Value::Number(number) => number_to_bson(number),
        Value::String(text) => Bson::String(text.clone()),
        Value::Array(items) => Bson::Array(items.iter().map(value_to_bson).collect()),
        Value::Object(object) => Bson::Document(to_bson(object)),
    }
}

fn number_to_bson(number: &Number) -> Bson {
    match number.as_i64() {
        Some(integer) => Bson::Int64(integer),
        None => number.as_f64().map_or(Bson::Null, Bson::Double),
    }
}

/// BSON names end at a zero byte.
fn name(key: &str) -> String {
    key.replace('\0', "\u{FFFD}")
}

pub(super) fn from_bson(document: BsonDocument) -> Document {
    document.into_iter().map(|(key, value)| (key, value_from_bson(value))).collect()
}

pub(super) fn value_from_bson(value: Bson) -> Value {
    match value {
        Bson::Boolean(value) => Value::Bool(value),
        Bson::Int32(value) => Value::from(value),
        Bson::Int64(value) => Value::from(value),
        Bson::Double(value) => Number::from_f64(value).map_or(Value::Null, Value::Number),
        Bson::String(text) => Value::String(text),
        Bson::Array(items) => Value::Array(items.into_iter().map(value_from_bson).collect()),
        Bson::Document(document) => Value::Object(from_bson(document)),
        // We write nothing else.
        _ => Value::Null,
    }
}
