//! Whether field values are what their definition says. Keys a definition does not name are taken as they are: models
//! write their own (`resolution`), and the definition may name them later.

use super::field::fits;
use super::field::model::{FieldDefinition, FieldType};
use crate::domain::definition::model::CaseDefinition;
use casewright_forms::{FieldFault, escape};
use serde_json::{Map, Value};

/// Bytes of all fields of one case, as JSON.
const MAX_FIELDS_BYTES: usize = 512 * 1024;

/// Faults of the given values; what is missing is asked by [`missing`].
pub(crate) fn check(definition: &CaseDefinition, fields: &Map<String, Value>) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (key, value) in fields {
        let Some(field) = definition.field(key) else {
            continue;
        };
        if !value.is_null() || field.kind == FieldType::Computed {
            fits::check(field, value, &pointer(key), &mut faults);
        }
    }
    if serde_json::to_vec(fields).map_or(usize::MAX, |bytes| bytes.len()) > MAX_FIELDS_BYTES {
        faults.push(FieldFault::new("/fields", "too-large", "the fields of a case are limited to 512 KiB"));
    }
    faults
}

/// Faults of values that are to be exactly these fields: those that no field takes, those that do not fit, and those that are
/// missing. `always`: a field that must have a value, whatever its definition says.
pub(crate) fn check_each(
    definitions: &[FieldDefinition],
    always: &str,
    fields: &Map<String, Value>,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (key, value) in fields {
        match definitions.iter().find(|field| field.key == *key) {
            None => faults.push(FieldFault::new(&pointer(key), "unknown-field", "there is no such field")),
            Some(_) if value.is_null() => {}
            Some(field) => fits::check(field, value, &pointer(key), &mut faults),
        }
    }
    let needed = definitions.iter().filter(|field| field.required || field.key == always);
    for field in needed.filter(|field| is_blank(fields.get(&field.key))) {
        faults.push(FieldFault::new(&pointer(&field.key), "required", &format!("{} is needed", field.label)));
    }
    if serde_json::to_vec(fields).map_or(usize::MAX, |bytes| bytes.len()) > MAX_FIELDS_BYTES {
        faults.push(FieldFault::new("/fields", "too-large", "fields are limited to 512 KiB"));
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

/// Nothing, or what nobody has filled in.
pub(crate) fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    }
}
