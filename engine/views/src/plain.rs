//! Values as rows and answers have them: without their types.

use super::date;
use super::value::ValueRow;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use casewright_engine_value::Value;
use casewright_journal::Document;
use serde_json::{Value as Json, json};

/// The value a variable row holds.
pub fn value_of(row: &Document) -> Value {
    serde_json::from_value(ValueRow::VALUE.of(row).clone()).unwrap_or_default()
}

/// A value as plain JSON, without its type.
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Null | Value::NullOf(_) | Value::File(_) => Json::Null,
        Value::Boolean(v) => json!(v),
        Value::Short(v) => json!(v),
        Value::Integer(v) => json!(v),
        Value::Long(v) => json!(v),
        Value::Double(v) => double(*v),
        Value::String(v) | Value::Xml(v) => json!(&**v),
        Value::Json(v) => serde_json::from_str(v).unwrap_or_else(|_| json!(&**v)),
        Value::Date(v) => json!(date::format(*v)),
        Value::Bytes(v) => json!(BASE64.encode(v)),
        Value::Object(object) => object
            .serialized
            .as_deref()
            .map_or(Json::Null, |text| serde_json::from_str(text).unwrap_or_else(|_| json!(text))),
        Value::List(items) => Json::Array(items.iter().map(plain).collect()),
        Value::Map(entries) => Json::Object(entries.iter().map(|(k, v)| (k.to_string(), plain(v))).collect()),
    }
}

fn double(value: f64) -> Json {
    serde_json::Number::from_f64(value).map_or_else(
        || {
            json!(if value.is_nan() {
                "NaN"
            } else if value > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            })
        },
        Json::Number,
    )
}
