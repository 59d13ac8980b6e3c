//! The options of a choice: written down, taken from data by a key, or computed.

use crate::fault::FieldFault;
use crate::formula::{Formula, Purse};
use crate::scope::Scope;
use crate::truth::{is_same, is_truthy};
use casewright_engine_feel::Names;
use serde_json::{Map, Value, json};

/// Where options come from.
#[derive(Debug)]
pub(crate) enum Options {
    Fixed(Vec<Value>),
    /// A list in the data that the form is shown with.
    Key(String),
    Computed(Option<Formula>),
}

impl Options {
    /// As form-js looks for them: a key first, then what is written down, then an expression; without any there is one that
    /// is called `value`.
    pub(crate) fn read(component: &Value, names: &Names) -> Self {
        if let Some(key) = component.get("valuesKey").and_then(Value::as_str) {
            return Self::Key(key.to_owned());
        }
        let expression = component.get("valuesExpression").and_then(Value::as_str).filter(|text| !text.is_empty());
        match (component.get("values"), expression) {
            (Some(Value::Array(values)), _) => Self::Fixed(values_of(values)),
            (Some(_), _) => Self::Fixed(Vec::new()),
            (None, Some(text)) => Self::Computed(Formula::read(text, names).and_then(Result::ok)),
            (None, None) => Self::Fixed(vec![json!("value")]),
        }
    }

    /// What may be chosen; none where that cannot be told: then form-js lets the value be.
    ///
    /// # Errors
    /// The expression takes more than it may.
    pub(crate) fn values(
        &self,
        shown: &Map<String, Value>,
        scope: &Scope,
        purse: &Purse,
    ) -> Result<Option<Vec<Value>>, FieldFault> {
        Ok(match self {
            Self::Fixed(values) => Some(values.clone()),
            Self::Key(key) => Some(of_key(shown, key)),
            Self::Computed(None) => None,
            Self::Computed(Some(formula)) => match formula.value(scope, purse)? {
                Value::Array(values) => Some(values_of(&values)),
                value if !is_truthy(&value) => Some(Vec::new()),
                _ => None,
            },
        })
    }

    /// [`Options::values`] before anything is evaluated.
    pub(crate) fn known(&self, shown: &Map<String, Value>) -> Option<Vec<Value>> {
        match self {
            Self::Fixed(values) => Some(values.clone()),
            Self::Key(key) => Some(of_key(shown, key)),
            Self::Computed(_) => None,
        }
    }
}

/// Whether it is one of them.
pub(crate) fn is_among(value: &Value, options: &[Value]) -> bool {
    options.iter().any(|option| is_same(option, value))
}

fn of_key(shown: &Map<String, Value>, key: &str) -> Vec<Value> {
    shown.get(key).and_then(Value::as_array).map(|values| values_of(values)).unwrap_or_default()
}

/// An option is a value, or an object with a value and perhaps a label; what is neither is left out.
fn values_of(options: &[Value]) -> Vec<Value> {
    options.iter().filter_map(value_of).collect()
}

fn value_of(option: &Value) -> Option<Value> {
    if is_plain(option) {
        return Some(option.clone());
    }
    let value = option.as_object()?.get("value")?;
    let is_labelled = option.get("label").and_then(Value::as_str).is_some_and(|label| !label.is_empty());
    let is_value = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        plain => return is_plain(plain).then(|| plain.clone()),
    };
    (is_labelled && is_value).then(|| value.clone())
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        _ => false,
    }
}
