//! Values that people give process variables: a type of the engine, and JSON that has to be one of it.

use casewright_engine_core::NewVariable;
use casewright_engine_expr::value_from_json;
use casewright_engine_value::Value;
use casewright_instant::rfc3339;
use casewright_service::{Problem, reserved};
use serde::Deserialize;
use serde_json::Value as Any;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// A value as somebody gives it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TypedValue {
    /// `String`, `Boolean`, `Short`, `Integer`, `Long`, `Double`, `Date` (RFC 3339), `Json`, `Xml` or `Null`; by the value when it is
    /// not given.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Of `Json` anything, of the others what their name says.
    #[serde(default)]
    value: Any,
}

impl TypedValue {
    pub(super) fn new(kind: Option<String>, value: Any) -> Self {
        Self { kind, value }
    }

    /// The value, or 422 `invalid-value` at `pointer`.
    pub(super) fn read(&self, pointer: &str) -> Result<Value, Problem> {
        let Some(kind) = self.kind.as_deref() else {
            return Ok(value_from_json(&self.value));
        };
        let read = match kind {
            "Null" => self.value.is_null().then_some(Value::Null),
            "String" => self.value.as_str().map(Value::string),
            "Xml" => self.value.as_str().map(|text| Value::Xml(Arc::from(text))),
            "Boolean" => self.value.as_bool().map(Value::Boolean),
            "Short" => self.whole().map(Value::Short),
            "Integer" => self.whole().map(Value::Integer),
            "Long" => self.whole().map(Value::Long),
            "Double" => self.value.as_f64().map(Value::Double),
            "Date" => rfc3339::deserialize(&self.value).ok().map(Value::Date),
            "Json" => Some(Value::Json(Arc::from(self.value.to_string()))),
            _ => {
                let detail = "type is String, Boolean, Short, Integer, Long, Double, Date, Json, Xml or Null.";
                return Err(invalid(format!("{pointer}/type"), detail));
            }
        };
        read.ok_or_else(|| invalid(format!("{pointer}/value"), &format!("The value is no {kind}.")))
    }

    fn whole<T: TryFrom<i64>>(&self) -> Option<T> {
        self.value.as_i64().and_then(|whole| T::try_from(whole).ok())
    }
}

fn invalid(pointer: String, detail: &str) -> Problem {
    Problem::unprocessable("invalid-value", detail).with_error(pointer, "invalid-value", detail)
}

/// Variables of a body, none of which is one of those that only the platform sets.
pub(super) fn variables(given: &BTreeMap<String, TypedValue>, pointer: &str) -> Result<Vec<NewVariable>, Problem> {
    reserved::refuse(given.keys().map(String::as_str), pointer)?;
    let read = |(name, value): (&String, &TypedValue)| {
        if name.trim().is_empty() {
            return Err(invalid(pointer.to_owned(), "A variable has a name."));
        }
        Ok(NewVariable::new(SmolStr::new(name), value.read(&format!("{pointer}/{name}"))?))
    };
    given.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(kind: &str, value: Any) -> Result<Value, String> {
        let given = TypedValue { kind: Some(kind.to_owned()), value };
        given.read("").map_err(|problem| problem.errors[0].pointer.clone())
    }

    #[test]
    fn a_value_has_to_be_one_of_its_type() {
        assert_eq!(read("Integer", json!(5)), Ok(Value::Integer(5)));
        assert_eq!(read("Integer", json!(5_000_000_000_i64)), Err("/value".to_owned()));
        assert_eq!(read("Integer", json!("5")), Err("/value".to_owned()));
        assert_eq!(read("Short", json!(40_000)), Err("/value".to_owned()));
        assert_eq!(read("Long", json!(5_000_000_000_i64)), Ok(Value::Long(5_000_000_000)));
        assert_eq!(read("Double", json!(5)), Ok(Value::Double(5.0)));
        assert_eq!(read("Date", json!("2026-11-20T12:00:00+01:00")), read("Date", json!("2026-11-20T11:00:00Z")));
        assert_eq!(read("Date", json!("tomorrow")), Err("/value".to_owned()));
        assert_eq!(read("Json", json!({"a": 1})), Ok(Value::Json(Arc::from(r#"{"a":1}"#))));
        assert_eq!(read("Null", Any::Null), Ok(Value::Null));
        assert_eq!(read("File", json!("x")), Err("/type".to_owned()));
    }

    #[test]
    fn without_a_type_the_value_says_it() {
        let given = TypedValue { kind: None, value: json!(true) };
        assert_eq!(given.read(""), Ok(Value::Boolean(true)));
    }
}
