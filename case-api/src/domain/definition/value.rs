//! Whether field values are what their definition says. Keys a definition does not name are taken as they are: models
//! write their own (`resolution`), and the definition may name them later.

use super::field::fits;
use super::field::model::{FieldSet, FieldType};
use casewright_forms::{FieldFault, escape};
use serde_json::{Map, Value};

/// Bytes of all fields of one case or record, as JSON.
const MAX_FIELDS_BYTES: usize = 512 * 1024;

/// Faults of the given values; what is missing is asked by [`missing`].
pub(crate) fn check(set: FieldSet<'_>, fields: &Map<String, Value>) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (key, value) in fields {
        let Some(field) = set.field(key) else {
            continue;
        };
        if !value.is_null() || field.kind == FieldType::Computed {
            fits::check(field, value, &pointer(key), &mut faults);
        }
    }
    if serde_json::to_vec(fields).map_or(usize::MAX, |bytes| bytes.len()) > MAX_FIELDS_BYTES {
        faults.push(FieldFault::new("/fields", "too-large", "fields are limited to 512 KiB"));
    }
    faults
}

/// A fault for each of these fields that has no value.
pub(crate) fn missing<'a>(
    set: FieldSet<'a>,
    needed: impl Iterator<Item = &'a str>,
    fields: &Map<String, Value>,
) -> Vec<FieldFault> {
    needed
        .filter(|key| is_blank(fields.get(*key)))
        .map(|key| {
            let label = set.field(key).map_or(key, |field| field.label.as_str());
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
