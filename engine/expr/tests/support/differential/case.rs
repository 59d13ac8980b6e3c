//! A question, as peers read it: one line of JSON.
//!
//! Variables are those of the process engine: what JSON has no type for is an object of one entry, `{"Long": "1"}` or
//! `{"Date": "0"}`, and maps are `{"Map": {...}}`.

use super::table::Table;
use casewright_engine_value::{Instant, Value};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Case {
    #[serde(flatten)]
    pub(crate) question: Question,
    #[serde(default)]
    pub(crate) variables: IndexMap<String, Json>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Question {
    Expression { text: String },
    Tests { text: String, input: Json },
    Table { table: Table },
}

impl Case {
    /// The line that a peer reads: a table is a DMN file there.
    pub(crate) fn line(&self) -> Json {
        match &self.question {
            Question::Expression { text } => json!({"kind": "expression", "text": text, "variables": self.variables}),
            Question::Tests { text, input } => {
                json!({"kind": "tests", "text": text, "input": input, "variables": self.variables})
            }
            Question::Table { table } => json!({"kind": "table", "dmn": table.dmn(), "variables": self.variables}),
        }
    }

    /// What is asked, for people.
    pub(crate) fn shown(&self) -> String {
        let variables = serde_json::to_string(&self.variables).unwrap_or_default();
        match &self.question {
            Question::Expression { text } => format!("{text}    with {variables}"),
            Question::Tests { text, input } => format!("{input} in tests {text}    with {variables}"),
            Question::Table { table } => {
                format!("{}    with {variables}", serde_json::to_string(table).unwrap_or_default())
            }
        }
    }

    /// The texts of FEEL in it.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match &self.question {
            Question::Expression { text } | Question::Tests { text, .. } => vec![text],
            Question::Table { table } => table.texts(),
        }
    }

    pub(crate) fn values(&self) -> IndexMap<SmolStr, Value> {
        self.variables.iter().map(|(name, json)| (SmolStr::new(name), value(json))).collect()
    }
}

/// The value of the process engine that is written so.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(*value),
        Json::String(text) => Value::string(text),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value).collect())),
        Json::Object(typed) => typed.iter().next().map(|(kind, inner)| of_kind(kind, inner)).unwrap_or_default(),
        Json::Number(number) => Value::Double(number.as_f64().unwrap_or_default()),
    }
}

fn of_kind(kind: &str, json: &Json) -> Value {
    if let Json::Object(entries) = json {
        return Value::Map(Arc::new(entries.iter().map(|(name, json)| (SmolStr::new(name), value(json))).collect()));
    }
    let text = json.as_str().unwrap_or_default();
    let read = match kind {
        "Short" => text.parse().map(Value::Short).ok(),
        "Integer" => text.parse().map(Value::Integer).ok(),
        "Long" => text.parse().map(Value::Long).ok(),
        "Double" => text.parse().map(Value::Double).ok(),
        "Date" => text.parse().map(|millis| Value::Date(Instant(millis))).ok(),
        _ => None,
    };
    read.unwrap_or_default()
}
