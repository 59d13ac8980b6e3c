//! The text and the class of every value as Java would show them.

use super::{date, json};
use casewright_engine_value::Value;

/// Java's `String.valueOf`; null is the empty text, as EL coerces it.
pub(crate) fn to_text(value: &Value) -> String {
    match value {
        Value::Null | Value::NullOf(_) => String::new(),
        Value::Boolean(value) => value.to_string(),
        Value::Short(n) => n.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Long(n) => n.to_string(),
        Value::Double(n) => double_text(*n),
        Value::String(text) | Value::Json(text) | Value::Xml(text) => text.to_string(),
        Value::Date(instant) => date::java_text(*instant),
        Value::Bytes(bytes) => format!("[B@{:x}", bytes.len()),
        Value::File(file) => file.filename.clone(),
        Value::Object(object) => match json::parse_object(object) {
            Some(parsed) => to_text(&parsed),
            None => object.serialized.as_deref().unwrap_or_default().to_owned(),
        },
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(nested_text).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}={}", nested_text(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn nested_text(value: &Value) -> String {
    match value {
        Value::Null | Value::NullOf(_) => "null".to_owned(),
        other => to_text(other),
    }
}

/// Java's `Double.toString`: plain between 10^-3 and 10^7, else with an exponent.
fn double_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".to_owned();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = n.abs();
    if n == 0.0 || (1e-3..1e7).contains(&magnitude) {
        let mut text = n.to_string();
        if !text.contains('.') {
            text.push_str(".0");
        }
        return text;
    }
    let text = format!("{n:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{point}E{exponent}")
}

pub(crate) fn class_name(value: &Value) -> &str {
    match value {
        Value::Null | Value::NullOf(_) => "null",
        Value::Boolean(_) => "java.lang.Boolean",
        Value::Short(_) => "java.lang.Short",
        Value::Integer(_) => "java.lang.Integer",
        Value::Long(_) => "java.lang.Long",
        Value::Double(_) => "java.lang.Double",
        Value::String(_) => "java.lang.String",
        Value::Date(_) => "java.util.Date",
        Value::Bytes(_) => "[B",
        Value::File(_) => "java.io.ByteArrayInputStream",
        Value::Json(_) => "org.camunda.spin.impl.json.jackson.JacksonJsonNode",
        Value::Xml(_) => "org.camunda.spin.impl.xml.dom.DomXmlElement",
        Value::Object(object) => &object.type_name,
        Value::List(_) => "java.util.ArrayList",
        Value::Map(_) => "java.util.LinkedHashMap",
    }
}

#[cfg(test)]
mod tests {
    use super::double_text;

    #[test]
    fn doubles_are_written_as_java_writes_them() {
        for (n, text) in [
            (0.5, "0.5"),
            (1000.0, "1000.0"),
            (1e7, "1.0E7"),
            (1.25e-5, "1.25E-5"),
            (-0.0, "-0.0"),
            (f64::INFINITY, "Infinity"),
        ] {
            assert_eq!(double_text(n), text);
        }
    }
}
