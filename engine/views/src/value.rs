//! Values in rows: once per kind, as comparisons need them, and whole, as answers need them.

use casewright_engine_value::{Instant, Value};
use casewright_rows::Row;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::sync::Arc;

/// The value of a variable.
#[derive(Clone, Debug, Row)]
pub struct ValueRow {
    pub r#type: SmolStr,
    pub value: Json,
    pub text: Option<Arc<str>>,
    /// A number of any kind; else null.
    pub number: Json,
    pub flag: Option<bool>,
    pub date: Option<Instant>,
    /// A null without a type says so by its type.
    pub is_null: Option<bool>,
}

impl ValueRow {
    /// The columns of a value.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let mut row = Self {
            r#type: SmolStr::new_static(value.type_name()),
            value: serde_json::to_value(value).unwrap_or_default(),
            text: None,
            number: Json::Null,
            flag: None,
            date: None,
            is_null: None,
        };
        match value {
            Value::Short(number) => row.number = (*number).into(),
            Value::Integer(number) => row.number = (*number).into(),
            Value::Long(number) => row.number = (*number).into(),
            Value::Double(number) => row.number = (*number).into(),
            Value::String(text) => row.text = Some(Arc::clone(text)),
            Value::Boolean(flag) => row.flag = Some(*flag),
            Value::Date(at) => row.date = Some(*at),
            Value::NullOf(_) => row.is_null = Some(true),
            _ => {}
        }
        row
    }
}
