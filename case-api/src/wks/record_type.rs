//! A WKS record type as one of ours. In WKS it is a form; what the form asks for are the fields of a record.

use super::case_definition::fields_of;
use super::{Converted, form, text};
use crate::domain::definition::field::model::{FieldDefinition, FieldType};
use crate::domain::definition::names::is_slug;
use crate::domain::record::{RecordTypeContent, is_of_records};
use serde_json::Value;

pub(super) fn import(source: &Value, out: &mut Converted) {
    let id = text(source, "id").unwrap_or_default();
    let place = format!("recordType {id}");
    if !is_slug(&id) {
        out.report.find("recordType", "invalid-key", "a record type without a usable id was left out");
        return;
    }
    let schema = form::convert(&format!("record-{id}"), Some(&id), source.get("fields"), &mut out.report);
    let mut fields = schema.as_ref().map(fields_of).unwrap_or_default();
    let files: Vec<String> =
        fields.iter().filter(|field| !is_of_records(field.kind)).map(|field| field.key.clone()).collect();
    fields.retain(|field| is_of_records(field.kind));
    for key in files {
        out.report.find(&format!("{place}/{key}"), "field-left-out", "fields of this type belong to cases");
    }
    let is_title = |field: &&FieldDefinition| matches!(field.kind, FieldType::String | FieldType::Text);
    let Some(title) = fields.iter().find(is_title).map(|field| field.key.clone()) else {
        out.report.find(&place, "record-type-left-out", "it has no text that its records could be called by");
        return;
    };
    out.report.find(&place, "title-chosen", format!("its records are called by the first text, `{title}`"));
    let content = RecordTypeContent {
        name: text(source, "name").unwrap_or_else(|| id.clone()),
        title_field: title,
        fields,
        ..RecordTypeContent::default()
    };
    out.report.record_types.push(id.clone());
    out.record_types.insert(id, content);
}
