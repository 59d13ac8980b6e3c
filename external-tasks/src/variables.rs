//! Variables of an external task, read by name and type.

use crate::topic::Failure;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One typed variable of the Camunda 7 contract.
#[derive(Clone, Debug, Deserialize)]
pub struct TypedValue {
    #[serde(rename = "type")]
    pub type_name: String,
    pub value: Value,
}

/// What a task was given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Variables(pub BTreeMap<String, TypedValue>);

impl Variables {
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

    /// # Errors
    /// The variable is missing: no retry can help, the model has to map it.
    pub fn required(&self, name: &str) -> Result<String, Failure> {
        self.text(name).ok_or_else(|| Failure::Final(format!("variable '{name}' is missing or empty")))
    }

    /// The id of a case, mail, file or document; every id of the platform has the shape of a UUID.
    ///
    /// # Errors
    /// The variable is missing, or it is no id: somebody gave it a value that names something else.
    pub fn id(&self, name: &str) -> Result<String, Failure> {
        shaped(name, &self.required(name)?)
    }

    /// [`Variables::id`] of a variable that may be missing.
    ///
    /// # Errors
    /// It is there and no id.
    pub fn optional_id(&self, name: &str) -> Result<Option<String>, Failure> {
        self.text(name).map(|text| shaped(name, &text)).transpose()
    }

    /// A `Json` variable that is a list of ids; none when the variable is missing.
    ///
    /// # Errors
    /// It is no list, or one of its items is no id.
    pub fn ids(&self, name: &str) -> Result<Vec<String>, Failure> {
        let no_list = || Failure::Final(format!("variable '{name}' is no list of ids"));
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
    pub fn json(&self, name: &str) -> Result<Option<Value>, Failure> {
        match self.0.get(name).map(|typed| &typed.value) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|error| Failure::Final(format!("variable '{name}' is no JSON: {error}"))),
            Some(other) => Ok(Some(other.clone())),
        }
    }
}

/// The text as an id, written in the one way ids are written.
fn shaped(name: &str, text: &str) -> Result<String, Failure> {
    match Uuid::try_parse(text) {
        Ok(id) => Ok(id.hyphenated().to_string()),
        Err(_) => Err(Failure::Final(format!("variable '{name}' is not the id it has to be"))),
    }
}

/// Variables to give back on completion.
#[derive(Clone, Debug, Default)]
pub struct Outputs(pub BTreeMap<String, Value>);

impl Outputs {
    #[must_use]
    pub fn string(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), json!({"type": "String", "value": value}));
        self
    }

    #[must_use]
    pub fn optional_string(mut self, name: &str, value: Option<&str>) -> Self {
        let typed = value
            .map_or_else(|| json!({"type": "Null", "value": null}), |text| json!({"type": "String", "value": text}));
        self.0.insert(name.to_owned(), typed);
        self
    }

    #[must_use]
    pub fn integer(mut self, name: &str, value: i64) -> Self {
        self.0.insert(name.to_owned(), json!({"type": "Long", "value": value}));
        self
    }

    #[must_use]
    pub fn boolean(mut self, name: &str, value: bool) -> Self {
        self.0.insert(name.to_owned(), json!({"type": "Boolean", "value": value}));
        self
    }

    #[must_use]
    pub fn json(mut self, name: &str, value: &Value) -> Self {
        self.0.insert(name.to_owned(), json!({"type": "Json", "value": value.to_string()}));
        self
    }
}
