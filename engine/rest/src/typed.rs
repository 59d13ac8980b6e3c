//! Variables on the wire: `{type, value, valueInfo}`, in both directions, with Camunda's coercions and messages.

use super::error::{RestError, RestResult};
use super::query::input::TEXT;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use casewright_engine_value::{FileValue, Instant, NullType, ObjectValue, Value};
use casewright_engine_views::{date, plain};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

/// What Camunda calls a variable on the wire.
const VALUE: &str = "VariableValueDto";

/// How objects go out: as their serialized text, or as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deserialize {
    Yes,
    No,
}

/// A value with what the wire says besides it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Typed {
    pub(crate) value: Value,
    /// `local: true` of start and modification instructions.
    pub(crate) local: bool,
    /// Exists only until the command ends.
    pub(crate) transient: bool,
}

/// `{type, value, valueInfo}` as an object that further fields may join.
pub(crate) fn to_wire(value: &Value, deserialize: Deserialize) -> Map<String, Json> {
    let (wire, info) = match value {
        Value::Null | Value::NullOf(_) => (Json::Null, json!({})),
        Value::Boolean(v) => (json!(v), json!({})),
        Value::Short(v) => (json!(v), json!({})),
        Value::Integer(v) => (json!(v), json!({})),
        Value::Long(v) => (json!(v), json!({})),
        Value::Double(_) => (plain(value), json!({})),
        Value::String(v) | Value::Json(v) | Value::Xml(v) => (json!(&**v), json!({})),
        Value::Date(v) => (json!(date::format(*v)), json!({})),
        Value::Bytes(v) => (json!(BASE64.encode(v)), json!({})),
        Value::File(file) => (Json::Null, file_info(file)),
        Value::Object(object) => object_to_wire(object, deserialize),
        Value::List(_) => collection(value, "java.util.ArrayList", deserialize),
        Value::Map(_) => collection(value, "java.util.LinkedHashMap", deserialize),
    };
    let mut out = Map::new();
    out.insert("type".into(), json!(value.type_name()));
    out.insert("value".into(), wire);
    out.insert("valueInfo".into(), info);
    out
}

fn file_info(file: &FileValue) -> Json {
    let mut info = Map::new();
    info.insert("filename".into(), json!(file.filename));
    if let Some(mimetype) = &file.mimetype {
        info.insert("mimeType".into(), json!(mimetype));
    }
    if let Some(encoding) = &file.encoding {
        info.insert("encoding".into(), json!(encoding));
    }
    Json::Object(info)
}

/// The type of a list with that of its first element, as Camunda's data format names what it has deserialized.
fn canonical(type_name: &str, value: &Json) -> String {
    let Some(first) = value.as_array().and_then(|items| items.first()) else {
        return type_name.to_owned();
    };
    if type_name != "java.util.ArrayList" {
        return type_name.to_owned();
    }
    let element = match first {
        Json::String(_) => "java.lang.String",
        Json::Bool(_) => "java.lang.Boolean",
        Json::Number(n) if n.as_i64().is_some_and(|v| i32::try_from(v).is_ok()) => "java.lang.Integer",
        Json::Number(n) if n.is_i64() => "java.lang.Long",
        Json::Number(_) => "java.lang.Double",
        _ => return type_name.to_owned(),
    };
    format!("{type_name}<{element}>")
}

fn object_to_wire(object: &ObjectValue, deserialize: Deserialize) -> (Json, Json) {
    let mut info = json!({"objectTypeName": object.type_name, "serializationDataFormat": object.format});
    let text = object.serialized.as_deref();
    let value = match text {
        None => Json::Null,
        Some(text) if deserialize == Deserialize::Yes && object.format == "application/json" => {
            let value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            info["objectTypeName"] = json!(canonical(&object.type_name, &value));
            value
        }
        Some(text) => json!(text),
    };
    (value, info)
}

fn collection(value: &Value, type_name: &str, deserialize: Deserialize) -> (Json, Json) {
    let info = json!({"objectTypeName": type_name, "serializationDataFormat": "application/json"});
    let tree = plain(value);
    match deserialize {
        Deserialize::Yes => (tree, info),
        Deserialize::No => (json!(tree.to_string()), info),
    }
}

/// `{name: {type, value, valueInfo}}`; null counts as empty.
pub(crate) fn map_from_wire(json: Option<&Json>) -> RestResult<IndexMap<SmolStr, Typed>> {
    let mut out = IndexMap::new();
    match json {
        None | Some(Json::Null) => {}
        Some(Json::Object(entries)) => {
            for (name, entry) in entries {
                if !matches!(entry, Json::Object(_) | Json::Null) {
                    return Err(RestError::misfit(name, VALUE, entry));
                }
                out.insert(SmolStr::new(name), from_wire(entry)?);
            }
        }
        Some(found) => return Err(RestError::misfit("variables", "java.util.LinkedHashMap", found)),
    }
    Ok(out)
}

/// The values alone, in order.
pub(crate) fn values_from_wire(json: Option<&Json>) -> RestResult<IndexMap<SmolStr, Value>> {
    Ok(map_from_wire(json)?.into_iter().map(|(name, typed)| (name, typed.value)).collect())
}

/// One `{type, value, valueInfo}`.
///
/// # Errors
/// Unknown type, or a value that is none of its type.
pub(crate) fn from_wire(json: &Json) -> RestResult<Typed> {
    let entry = match json {
        Json::Object(entry) => entry,
        Json::Null => {
            return Ok(Typed { value: Value::Null, local: false, transient: false });
        }
        found => return Err(RestError::misfit("", VALUE, found)),
    };
    let info = entry.get("valueInfo").and_then(Json::as_object);
    let wire = entry.get("value").unwrap_or(&Json::Null);
    let value = match entry.get("type") {
        None | Some(Json::Null) => untyped(wire),
        Some(Json::String(name)) => typed(name, wire, info)?,
        Some(found @ (Json::Array(_) | Json::Object(_))) => return Err(RestError::misfit("type", TEXT, found)),
        Some(scalar) => return Err(unsupported(&scalar.to_string())),
    };
    let flag =
        |map: Option<&Map<String, Json>>, key: &str| map.and_then(|m| m.get(key)).and_then(Json::as_bool) == Some(true);
    Ok(Typed { value, local: flag(Some(entry), "local"), transient: flag(info, "transient") })
}

/// JSON without a type: what Camunda infers.
pub(crate) fn untyped(wire: &Json) -> Value {
    match wire {
        Json::Null => Value::Null,
        Json::Bool(v) => Value::Boolean(*v),
        Json::Number(n) => match n.as_i64() {
            Some(v) => i32::try_from(v).map_or(Value::Long(v), Value::Integer),
            None => Value::Double(n.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(v) => Value::string(v),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(untyped).collect())),
        Json::Object(entries) => {
            Value::Map(Arc::new(entries.iter().map(|(k, v)| (SmolStr::new(k), untyped(v))).collect()))
        }
    }
}

fn typed(name: &str, wire: &Json, info: Option<&Map<String, Json>>) -> RestResult<Value> {
    let mut letters = name.chars();
    let canonical = match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => return Err(unsupported(name)),
    };
    let fail = |java: &str| {
        let shown = match wire {
            Json::String(s) => s.clone(),
            other => other.to_string(),
        };
        RestError::invalid(format!("Cannot convert value '{shown}' of type '{canonical}' to java type {java}"))
    };
    if wire.is_null() && !matches!(canonical.as_str(), "File" | "Object" | "Null") {
        return NullType::named(&canonical).map(Value::NullOf).ok_or_else(|| unsupported(name));
    }
    Ok(match canonical.as_str() {
        "Null" => Value::Null,
        "String" => match wire {
            Json::String(v) => Value::string(v),
            Json::Array(_) | Json::Object(_) => return Err(fail("java.lang.String")),
            other => Value::string(&other.to_string()),
        },
        "Boolean" => match wire {
            Json::Bool(v) => Value::Boolean(*v),
            Json::String(v) if v == "true" || v == "True" => Value::Boolean(true),
            Json::String(v) if v == "false" || v == "False" => Value::Boolean(false),
            Json::Number(n) if n.is_i64() => Value::Boolean(n.as_i64() != Some(0)),
            _ => return Err(fail("java.lang.Boolean")),
        },
        "Short" => Value::Short(integer(wire).ok_or_else(|| fail("java.lang.Short"))?),
        "Integer" => Value::Integer(integer(wire).ok_or_else(|| fail("java.lang.Integer"))?),
        "Long" => Value::Long(integer(wire).ok_or_else(|| fail("java.lang.Long"))?),
        "Double" => Value::Double(
            match wire {
                Json::Number(n) => n.as_f64(),
                Json::String(s) => s.trim().parse().ok(),
                _ => None,
            }
            .ok_or_else(|| fail("java.lang.Double"))?,
        ),
        "Date" => match wire {
            Json::String(text) => Value::Date(date::parse(text).ok_or_else(|| fail("java.util.Date"))?),
            Json::Number(n) => Value::Date(Instant(n.as_i64().ok_or_else(|| fail("java.util.Date"))?)),
            _ => return Err(fail("java.util.Date")),
        },
        "Bytes" => Value::Bytes(bytes(wire, &fail)?),
        "File" => file(wire, info, &fail)?,
        "Json" => Value::Json(text(wire, "Json")?),
        "Xml" => Value::Xml(text(wire, "Xml")?),
        "Object" => object(wire, info)?,
        _ => return Err(unsupported(name)),
    })
}

fn unsupported(name: &str) -> RestError {
    RestError::invalid(format!("Unsupported value type '{name}'"))
}

fn integer<T: TryFrom<i64>>(wire: &Json) -> Option<T> {
    let wide = match wire {
        Json::Number(n) => {
            n.as_i64().or_else(|| n.as_f64().filter(|v| v.fract() == 0.0 && v.abs() < 9e15).map(|v| v as i64))?
        }
        Json::String(s) => s.trim().parse().ok()?,
        _ => return None,
    };
    T::try_from(wide).ok()
}

fn bytes(wire: &Json, fail: &dyn Fn(&str) -> RestError) -> RestResult<Arc<[u8]>> {
    let text = wire.as_str().ok_or_else(|| fail("byte[]"))?;
    let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    BASE64.decode(clean).map(Arc::from).map_err(|_| fail("byte[]"))
}

fn file(wire: &Json, info: Option<&Map<String, Json>>, fail: &dyn Fn(&str) -> RestError) -> RestResult<Value> {
    let word = |key: &str| info.and_then(|i| i.get(key)).and_then(Json::as_str).map(str::to_owned);
    let filename = word("filename").ok_or_else(|| {
        RestError::new(
            http::StatusCode::INTERNAL_SERVER_ERROR,
            "IllegalArgumentException",
            "Cannot create file without filename! Please set a name into ValueInfo with key filename",
            None,
        )
    })?;
    let content = if wire.is_null() { Arc::from(Vec::new()) } else { bytes(wire, fail)? };
    Ok(Value::File(Arc::new(FileValue { filename, mimetype: word("mimeType"), encoding: word("encoding"), content })))
}

fn text(wire: &Json, type_name: &str) -> RestResult<Arc<str>> {
    wire.as_str().map(Arc::from).ok_or_else(|| {
        RestError::invalid(format!(
            "Must provide 'null' or String value for value of SerializableValue type '{type_name}'."
        ))
    })
}

fn object(wire: &Json, info: Option<&Map<String, Json>>) -> RestResult<Value> {
    let word = |key: &str| info.and_then(|i| i.get(key)).and_then(Json::as_str);
    let serialized = match wire {
        Json::Null => None,
        other => Some(text(other, "Object")?),
    };
    Ok(Value::Object(Arc::new(ObjectValue {
        type_name: word("objectTypeName").unwrap_or("java.lang.Object").to_owned(),
        format: word("serializationDataFormat").unwrap_or("application/json").to_owned(),
        serialized,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: Json) -> RestResult<Value> {
        from_wire(&json).map(|t| t.value)
    }

    #[test]
    fn type_names_may_begin_lower_case_and_numbers_may_be_strings() {
        assert_eq!(read(json!({"type": "integer", "value": "5"})), Ok(Value::Integer(5)));
        assert_eq!(read(json!({"value": 5_000_000_000_i64})), Ok(Value::Long(5_000_000_000)));
        assert_eq!(read(json!({"value": 1.5})), Ok(Value::Double(1.5)));
    }

    #[test]
    fn refusals_use_camundas_words() {
        let text = |json: Json| read(json).expect_err("refused").message;
        assert_eq!(text(json!({"type": "Colour", "value": "x"})), "Unsupported value type 'Colour'");
        assert_eq!(
            text(json!({"type": "Integer", "value": "abc"})),
            "Cannot convert value 'abc' of type 'Integer' to java type java.lang.Integer"
        );
        assert_eq!(
            text(json!({"type": "Object", "value": [1]})),
            "Must provide 'null' or String value for value of SerializableValue type 'Object'."
        );
    }

    #[test]
    fn untyped_collections_become_java_collections_with_json_inside() {
        let value = read(json!({"value": [1, "a"]})).expect("a list");
        let wire = to_wire(&value, Deserialize::No);
        assert_eq!(wire["type"], json!("Object"));
        assert_eq!(wire["value"], json!("[1,\"a\"]"));
        assert_eq!(wire["valueInfo"]["objectTypeName"], json!("java.util.ArrayList"));
    }

    #[test]
    fn a_file_never_shows_its_content_on_read() {
        let value = read(json!({"type": "File", "value": "eA==", "valueInfo": {"filename": "x.txt"}})).expect("a file");
        let wire = to_wire(&value, Deserialize::Yes);
        assert_eq!(wire["value"], Json::Null);
        assert_eq!(wire["valueInfo"], json!({"filename": "x.txt"}));
    }
}
