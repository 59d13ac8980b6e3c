//! Process variables, as the Camunda 7 contract writes them: a value beside the name of its type.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypedValue {
    #[serde(rename = "type")]
    pub type_name: String,
    #[serde(default)]
    pub value: Value,
}

impl TypedValue {
    fn new(type_name: &str, value: impl Into<Value>) -> Self {
        Self { type_name: type_name.to_owned(), value: value.into() }
    }

    /// A JSON value with the type that the contract gives it.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::new("Null", Value::Null),
            Value::Bool(_) => Self::new("Boolean", value.clone()),
            Value::Number(number) => match number.as_i64() {
                Some(integer) if i32::try_from(integer).is_ok() => Self::new("Integer", value.clone()),
                Some(_) => Self::new("Long", value.clone()),
                None => Self::new("Double", value.clone()),
            },
            Value::String(text) => Self::new("String", text.as_str()),
            Value::Array(_) | Value::Object(_) => Self::json(value),
        }
    }

    /// JSON as text.
    #[must_use]
    pub fn json(value: &Value) -> Self {
        Self::new("Json", value.to_string())
    }

    /// The JSON value; text that says it is JSON, read.
    #[must_use]
    pub fn plain(self) -> Value {
        match (self.type_name.as_str(), &self.value) {
            ("Json" | "Object", Value::String(text)) => serde_json::from_str(text).unwrap_or(self.value),
            _ => self.value,
        }
    }
}

/// Variables by name: what a process is started with, what a task was given, what it gives back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Variables(pub BTreeMap<String, TypedValue>);

/// Why a variable cannot be used. No retry can help: the model has to map it, or somebody gave it another value.
#[derive(Debug, thiserror::Error)]
pub enum VariableError {
    #[error("variable '{0}' is missing or empty")]
    Missing(String),
    #[error("variable '{0}' is not the id it has to be")]
    NoId(String),
    #[error("variable '{0}' is no list of ids")]
    NoIds(String),
    #[error("variable '{name}' is no JSON: {fault}")]
    NoJson { name: String, fault: String },
}

impl Variables {
    /// JSON values, each with the type that the contract gives it.
    #[must_use]
    pub fn of(values: &Map<String, Value>) -> Self {
        Self(values.iter().map(|(name, value)| (name.clone(), TypedValue::of(value))).collect())
    }

    #[must_use]
    pub fn string(self, name: &str, value: &str) -> Self {
        self.with(name, TypedValue::new("String", value))
    }

    #[must_use]
    pub fn optional_string(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(text) => self.string(name, text),
            None => self.with(name, TypedValue::new("Null", Value::Null)),
        }
    }

    /// A `Long`, however small.
    #[must_use]
    pub fn long(self, name: &str, value: i64) -> Self {
        self.with(name, TypedValue::new("Long", value))
    }

    #[must_use]
    pub fn boolean(self, name: &str, value: bool) -> Self {
        self.with(name, TypedValue::new("Boolean", value))
    }

    #[must_use]
    pub fn json_text(self, name: &str, value: &Value) -> Self {
        self.with(name, TypedValue::json(value))
    }

    fn with(mut self, name: &str, value: TypedValue) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Text, or none when the variable is missing, null or empty. Numbers are written out.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match &self.0.get(name)?.value {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// [`Variables::text`] of a variable that has to be there.
    ///
    /// # Errors
    /// It is missing or empty.
    pub fn required(&self, name: &str) -> Result<String, VariableError> {
        self.text(name).ok_or_else(|| VariableError::Missing(name.to_owned()))
    }

    /// The id of a case, mail, file or document; every id of the platform has the shape of a UUID.
    ///
    /// # Errors
    /// The variable is missing, or it is no id: somebody gave it a value that names something else.
    pub fn id(&self, name: &str) -> Result<String, VariableError> {
        shaped(name, &self.required(name)?)
    }

    /// [`Variables::id`] of a variable that may be missing.
    ///
    /// # Errors
    /// It is there and no id.
    pub fn optional_id(&self, name: &str) -> Result<Option<String>, VariableError> {
        self.text(name).map(|text| shaped(name, &text)).transpose()
    }

    /// A `Json` variable that is a list of ids; none when the variable is missing.
    ///
    /// # Errors
    /// It is no list, or one of its items is no id.
    pub fn ids(&self, name: &str) -> Result<Vec<String>, VariableError> {
        let no_list = || VariableError::NoIds(name.to_owned());
        let Some(list) = self.json(name)? else {
            return Ok(Vec::new());
        };
        let items = list.as_array().ok_or_else(no_list)?;
        items.iter().map(|item| shaped(name, item.as_str().ok_or_else(no_list)?)).collect()
    }

    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        match &self.0.get(name)?.value {
            Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float.round() as i64)),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A `Json` variable, whose text is parsed, or an object that came deserialised.
    ///
    /// # Errors
    /// The text is no JSON.
    pub fn json(&self, name: &str) -> Result<Option<Value>, VariableError> {
        match self.0.get(name).map(|typed| &typed.value) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|error| VariableError::NoJson { name: name.to_owned(), fault: error.to_string() }),
            Some(other) => Ok(Some(other.clone())),
        }
    }
}

/// The text as an id, written in the one way ids are written.
fn shaped(name: &str, text: &str) -> Result<String, VariableError> {
    match Uuid::try_parse(text) {
        Ok(id) => Ok(id.hyphenated().to_string()),
        Err(_) => Err(VariableError::NoId(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_values_get_the_types_of_the_contract() {
        let typed = |value: Value| json!(TypedValue::of(&value));
        assert_eq!(typed(json!(7)), json!({"value": 7, "type": "Integer"}));
        assert_eq!(typed(json!(7_000_000_000_i64))["type"], "Long");
        assert_eq!(typed(json!(7.5))["type"], "Double");
        assert_eq!(typed(json!({"a": 1})), json!({"value": "{\"a\":1}", "type": "Json"}));
    }

    #[test]
    fn json_text_is_read_back_and_other_text_stays() {
        assert_eq!(TypedValue::of(&json!([1])).plain(), json!([1]));
        assert_eq!(TypedValue::of(&json!("[1]")).plain(), json!("[1]"));
    }
}
