//! Whether field values are what their definition says. Keys a definition does not name are taken as they are: models
//! write their own (`resolution`), and the definition may name them later.

use crate::domain::definition::model::{CaseDefinition, FieldDefinition, FieldType};
use casewright_forms::reference;
use casewright_forms::{FieldFault, escape};
use serde_json::{Map, Value};

/// Bytes of all fields of one case, as JSON.
const MAX_FIELDS_BYTES: usize = 512 * 1024;

/// Faults of the given values. `complete`: required fields that are missing count as well.
pub(crate) fn check(
    definition: &CaseDefinition,
    fields: &Map<String, Value>,
    complete: Completeness,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (key, value) in fields {
        if let Some(field) = definition.field(key)
            && !value.is_null()
            && let Err(detail) = fits(field, value)
        {
            faults.push(FieldFault::new(&pointer(key), "type", detail));
        }
    }
    if complete == Completeness::Whole {
        let needed = definition.fields.iter().filter(|field| field.required);
        faults.extend(missing(definition, needed.map(|field| field.key.as_str()), fields));
    }
    if serde_json::to_vec(fields).map_or(usize::MAX, |bytes| bytes.len()) > MAX_FIELDS_BYTES {
        faults.push(FieldFault::new("/fields", "too-large", "the fields of a case are limited to 512 KiB"));
    }
    faults
}

/// A fault for each of these fields that has no value.
pub(crate) fn missing<'a>(
    definition: &'a CaseDefinition,
    needed: impl Iterator<Item = &'a str>,
    fields: &Map<String, Value>,
) -> Vec<FieldFault> {
    needed
        .filter(|key| is_blank(fields.get(*key)))
        .map(|key| {
            let label = definition.field(key).map_or(key, |field| field.label.as_str());
            FieldFault::new(&pointer(key), "required", &format!("{label} is needed"))
        })
        .collect()
}

/// Where a field is in a request.
pub(crate) fn pointer(key: &str) -> String {
    format!("/fields/{}", escape(key))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// Only what is given is looked at.
    Part,
    /// Required fields must be there.
    Whole,
}

pub(crate) fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    }
}

fn fits(field: &FieldDefinition, value: &Value) -> Result<(), &'static str> {
    let fits = match field.kind {
        FieldType::Json => true,
        FieldType::Files => reference::is_list(value),
        FieldType::String | FieldType::Text => value.is_string(),
        FieldType::Number => value.is_number(),
        FieldType::Boolean => value.is_boolean(),
        FieldType::Date => value.as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
        FieldType::Datetime => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        FieldType::Select => value
            .as_str()
            .is_some_and(|text| field.options.is_empty() || field.options.iter().any(|option| option == text)),
    };
    if fits {
        return Ok(());
    }
    Err(match field.kind {
        FieldType::Number => "a number is expected",
        FieldType::Boolean => "true or false is expected",
        FieldType::Date => "a date is expected: 2026-11-21",
        FieldType::Datetime => "an instant is expected: 2026-11-21T12:00:00Z",
        FieldType::Select => "one of the options is expected",
        FieldType::Files => reference::EXPECTED,
        FieldType::String | FieldType::Text | FieldType::Json => "a text is expected",
    })
}
