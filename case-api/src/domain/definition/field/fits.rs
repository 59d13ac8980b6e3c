//! Whether a value is what its field holds.

use super::model::{FieldDefinition, FieldType};
use super::money::Money;
use super::{bounds, moment, table};
use casewright_forms::{FieldFault, reference};
use serde_json::Value;
use std::collections::HashSet;

/// Options one `multi-select` may have chosen.
const MOST_CHOSEN: usize = 200;
/// Longest id and name of a person or case, in bytes.
const LONGEST_NAME: usize = 512;

/// Faults of a value that is not null, with pointers from `pointer`.
pub(crate) fn check(field: &FieldDefinition, value: &Value, pointer: &str, faults: &mut Vec<FieldFault>) {
    let before = faults.len();
    match field.kind {
        FieldType::Table => table::check(field, value, pointer, faults),
        FieldType::Files => files(field, value, pointer, faults),
        _ => {
            if let Err((code, detail)) = kind(field, value) {
                faults.push(FieldFault::new(pointer, code, &detail));
            }
        }
    }
    if faults.len() == before {
        bounds::check(field, value, pointer, faults);
    }
}

/// Code and detail of what is wrong.
type Wrong = (&'static str, String);

fn kind(field: &FieldDefinition, value: &Value) -> Result<(), Wrong> {
    let wrong = |detail: &str| ("type", detail.to_owned());
    let expect = |fits: bool, detail: &str| if fits { Ok(()) } else { Err(wrong(detail)) };
    let text = value.as_str();
    match field.kind {
        FieldType::Json | FieldType::Table | FieldType::Files => Ok(()),
        FieldType::Computed => Err(("computed", "this is computed, and nobody writes it".to_owned())),
        FieldType::String | FieldType::Text => expect(value.is_string(), "a text is expected"),
        FieldType::Number => expect(value.is_number(), "a number is expected"),
        FieldType::Boolean => expect(value.is_boolean(), "true or false is expected"),
        FieldType::Date => {
            let is_day = text.is_some_and(|text| text.len() <= 32 && text.parse::<jiff::civil::Date>().is_ok());
            expect(is_day, "a date is expected: 2026-11-21")
        }
        FieldType::Datetime => moment::instant(text.unwrap_or_default(), field.zoned).map(drop).map_err(wrong),
        FieldType::Duration => {
            expect(text.is_some_and(moment::is_duration), "a duration is expected: P2DT4H, or P1Y6M")
        }
        FieldType::Select => expect(text.is_some_and(|text| is_option(field, text)), "one of the options is expected"),
        FieldType::MultiSelect => expect(are_options(field, value), "a list of different options is expected"),
        FieldType::Person => expect(is_named(value, "name"), "a user is expected: the id, or {\"id\": \"anna\"}"),
        FieldType::Reference => expect(is_named(value, "number"), "a case is expected: its id or its number"),
        FieldType::Money => {
            let money = Money::read(value).map_err(|detail| ("type", detail))?;
            let code = money.currency.code();
            if field.currencies.is_empty() || field.currencies.iter().any(|allowed| allowed == code) {
                return Ok(());
            }
            Err(("currency", format!("one of these currencies is expected: {}", field.currencies.join(", "))))
        }
    }
}

fn is_option(field: &FieldDefinition, text: &str) -> bool {
    field.options.is_empty() || field.options.iter().any(|option| option == text)
}

fn are_options(field: &FieldDefinition, value: &Value) -> bool {
    let Some(chosen) = value.as_array().filter(|chosen| chosen.len() <= MOST_CHOSEN) else {
        return false;
    };
    let mut seen = HashSet::new();
    chosen.iter().all(|one| one.as_str().is_some_and(|text| is_option(field, text) && seen.insert(text)))
}

/// An id, and what people call it.
fn is_named(value: &Value, name: &str) -> bool {
    let is_text = |key: &str| {
        let text = value.get(key).and_then(Value::as_str);
        text.is_some_and(|text| !text.is_empty() && text.len() <= LONGEST_NAME)
    };
    is_text("id") && is_text(name) && value.as_object().is_some_and(|members| members.len() == 2)
}

fn files(field: &FieldDefinition, value: &Value, pointer: &str, faults: &mut Vec<FieldFault>) {
    if !reference::is_list(value) {
        faults.push(FieldFault::new(pointer, "type", reference::EXPECTED));
        return;
    }
    for (index, file) in value.as_array().into_iter().flatten().enumerate() {
        let at = format!("{pointer}/{index}");
        let media_type = file.get("contentType").and_then(Value::as_str).unwrap_or_default();
        if !field.media_types.is_empty() && !field.media_types.iter().any(|allowed| covers(allowed, media_type)) {
            let detail = format!("files of these kinds are taken: {}", field.media_types.join(", "));
            faults.push(FieldFault::new(&at, "media-type", &detail));
        }
        let size = file.get("size").and_then(Value::as_u64).unwrap_or_default();
        if let Some(most) = field.max_size.filter(|most| size > *most) {
            faults.push(FieldFault::new(&at, "too-large", &format!("a file of at most {most} bytes is taken")));
        }
    }
}

/// `image/*` covers all images. Parameters (`; charset=utf-8`) say nothing about the kind.
fn covers(allowed: &str, media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    match allowed.strip_suffix("/*") {
        Some(family) => essence.split_once('/').is_some_and(|(own, _)| own.eq_ignore_ascii_case(family)),
        None => essence.eq_ignore_ascii_case(allowed),
    }
}
