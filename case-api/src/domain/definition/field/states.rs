//! Which fields of a case or a record are shown, and which are needed, by what its fields are now.

use super::feel::{self, Scope};
use super::model::{FieldDefinition, FieldSet, FieldType};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// How one field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldState {
    pub(crate) visible: bool,
    /// Never of what is not visible, or computed.
    pub(crate) required: bool,
}

/// How every field stands, in the order of the definition.
#[must_use]
pub(crate) fn states<'a>(
    set: FieldSet<'a>,
    fields: &Map<String, Value>,
    at: Timestamp,
) -> Vec<(&'a FieldDefinition, FieldState)> {
    let scope = Scope { set, fields, at };
    let hidden: HashSet<&str> = set
        .sections
        .iter()
        .filter(|section| section.visible_when.as_deref().is_some_and(|condition| !feel::holds(&scope, condition)))
        .flat_map(|section| section.fields.iter().map(String::as_str))
        .collect();
    set.fields
        .iter()
        .map(|field| {
            let visible = !hidden.contains(field.key.as_str())
                && field.visible_when.as_deref().is_none_or(|condition| feel::holds(&scope, condition));
            let is_asked = || {
                field.required || field.required_when.as_deref().is_some_and(|condition| feel::holds(&scope, condition))
            };
            let required = visible && field.kind != FieldType::Computed && is_asked();
            (field, FieldState { visible, required })
        })
        .collect()
}

/// Keys of the fields that are needed.
#[must_use]
pub(crate) fn required<'a>(set: FieldSet<'a>, fields: &Map<String, Value>, at: Timestamp) -> Vec<&'a str> {
    let all = states(set, fields, at).into_iter();
    all.filter(|(_, state)| state.required).map(|(field, _)| field.key.as_str()).collect()
}

/// Keys of the fields that are shown.
#[must_use]
pub(crate) fn visible<'a>(set: FieldSet<'a>, fields: &Map<String, Value>, at: Timestamp) -> HashSet<&'a str> {
    let all = states(set, fields, at).into_iter();
    all.filter(|(_, state)| state.visible).map(|(field, _)| field.key.as_str()).collect()
}
