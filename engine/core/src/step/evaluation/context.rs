//! In whose name something is evaluated, and its value where text or a whole number is wanted.

use crate::ids::Id;
use casewright_engine_value::Value;
use smol_str::SmolStr;

/// In whose name something is evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'c> {
    pub(crate) element: Id,
    pub(crate) task: Option<Id>,
    pub(crate) external_task: Option<Id>,
    /// Of listeners: `start`, `end`, `take`, `create`, ...
    pub(crate) event: Option<&'c str>,
    /// Of `take` listeners and conditions: the flow's id.
    pub(crate) transition: Option<&'c str>,
}

impl<'c> Context<'c> {
    pub(crate) fn of(element: Id) -> Self {
        Self { element, task: None, external_task: None, event: None, transition: None }
    }

    pub(crate) fn with_task(self, task: Id) -> Self {
        Self { task: Some(task), ..self }
    }

    pub(crate) fn with_event(self, event: &'c str) -> Self {
        Self { event: Some(event), ..self }
    }
}

/// A value where text is wanted: numbers and booleans as Java spells them.
pub(crate) fn as_text(value: &Value) -> Option<SmolStr> {
    Some(match value {
        Value::Null | Value::NullOf(_) => return None,
        Value::String(text) | Value::Json(text) | Value::Xml(text) => SmolStr::new(text),
        Value::Boolean(value) => smol_str::format_smolstr!("{value}"),
        Value::Short(value) => smol_str::format_smolstr!("{value}"),
        Value::Integer(value) => smol_str::format_smolstr!("{value}"),
        Value::Long(value) => smol_str::format_smolstr!("{value}"),
        Value::Double(value) => smol_str::format_smolstr!("{value:?}"),
        Value::Date(value) => smol_str::format_smolstr!("{}", value.0),
        Value::Bytes(_) | Value::File(_) | Value::Object(_) | Value::List(_) | Value::Map(_) => {
            SmolStr::new(value.type_name())
        }
    })
}

/// A value where a whole number is wanted.
pub(crate) fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Short(value) => Some(i64::from(*value)),
        Value::Integer(value) => Some(i64::from(*value)),
        Value::Long(value) => Some(*value),
        Value::Double(value) if value.fract() == 0.0 => Some(*value as i64),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
