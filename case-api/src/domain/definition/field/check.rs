//! What the fields and sections of a definition must fulfil before it is published.

use super::feel::{self, LONGEST_EXPRESSION};
use super::model::{Column, FieldDefinition, FieldSet, FieldType};
use super::table::MOST_ROWS;
use super::{bounds, fits, formula, money};
use casewright_forms::{FieldFault, escape};
use std::collections::{BTreeMap, HashSet};

/// Fields of one definition.
const MOST_FIELDS: usize = 300;
/// Conditions and formulas of one definition: a decision evaluates all of them.
const MOST_EXPRESSIONS: usize = 100;
/// Columns of one table.
const MOST_COLUMNS: usize = 30;
/// Languages of one text, and characters of it.
const MOST_LANGUAGES: usize = 50;
const LONGEST_TEXT: usize = 1_000;

/// Kinds that `min` and `max` are for.
const MEASURED: [FieldType; 4] = [FieldType::Number, FieldType::Money, FieldType::Date, FieldType::Datetime];
const TEXTS: [FieldType; 2] = [FieldType::String, FieldType::Text];
const LISTS: [FieldType; 3] = [FieldType::MultiSelect, FieldType::Files, FieldType::Table];
const CHOICES: [FieldType; 2] = [FieldType::Select, FieldType::MultiSelect];
const IN_TABLES: [FieldType; 7] = [
    FieldType::String,
    FieldType::Text,
    FieldType::Number,
    FieldType::Boolean,
    FieldType::Date,
    FieldType::Select,
    FieldType::Money,
];
const RESULTS: [FieldType; 7] = [
    FieldType::String,
    FieldType::Number,
    FieldType::Boolean,
    FieldType::Date,
    FieldType::Datetime,
    FieldType::Duration,
    FieldType::Money,
];

/// All faults of fields and sections, with pointers into the definition.
pub(crate) fn check(set: FieldSet<'_>, faults: &mut Vec<FieldFault>) {
    if set.fields.len() > MOST_FIELDS {
        faults.push(FieldFault::new("/fields", "too-many", &format!("at most {MOST_FIELDS} fields")));
        return;
    }
    for (index, field) in set.fields.iter().enumerate() {
        check_field(field, &format!("/fields/{index}"), faults);
    }
    check_sections(set, faults);
    let before = faults.len();
    check_expressions(set, faults);
    // What cannot be read has no inputs.
    if faults.len() == before
        && let Some(circle) = formula::circle(set)
    {
        let place = set.fields.iter().position(|field| Some(&field.key) == circle.first()).unwrap_or_default();
        let detail = format!("computed fields that look at each other: {}", circle.join(" -> "));
        faults.push(FieldFault::new(&format!("/fields/{place}/formula"), "cycle", &detail));
    }
}

fn check_field(field: &FieldDefinition, pointer: &str, faults: &mut Vec<FieldFault>) {
    check_texts(&field.labels, &format!("{pointer}/labels"), faults);
    check_texts(&field.helps, &format!("{pointer}/helps"), faults);
    if field.help.as_ref().is_some_and(|help| help.chars().count() > LONGEST_TEXT) {
        faults.push(FieldFault::new(
            &format!("{pointer}/help"),
            "too-long",
            &format!("{LONGEST_TEXT} characters at most"),
        ));
    }
    check_applicable(field, pointer, faults);
    check_options(field, pointer, faults);
    check_bounds(field, pointer, faults);
    check_currencies(&field.currencies, pointer, faults);
    if let Some(text) = &field.pattern
        && let Err(detail) = bounds::pattern(text)
    {
        faults.push(FieldFault::new(&format!("{pointer}/pattern"), "pattern", &detail));
    }
    if field.kind == FieldType::Table {
        check_columns(&field.columns, &format!("{pointer}/columns"), faults);
    }
    if field.kind == FieldType::Computed {
        check_computed(field, pointer, faults);
    }
    if let Some(value) = &field.default {
        let at = format!("{pointer}/default");
        if matches!(field.kind, FieldType::Person | FieldType::Reference | FieldType::Files) {
            faults.push(FieldFault::new(&at, "not-applicable", "a field of this type has no default"));
        } else {
            fits::check(field, value, &at, faults);
        }
    }
}

/// What is said of a field that its kind does not know.
fn check_applicable(field: &FieldDefinition, pointer: &str, faults: &mut Vec<FieldFault>) {
    let kind = field.kind;
    let said = [
        ("min", field.min.is_some(), MEASURED.contains(&kind)),
        ("max", field.max.is_some(), MEASURED.contains(&kind)),
        ("minLength", field.min_length.is_some(), TEXTS.contains(&kind)),
        ("maxLength", field.max_length.is_some(), TEXTS.contains(&kind)),
        ("pattern", field.pattern.is_some(), TEXTS.contains(&kind)),
        ("minItems", field.min_items.is_some(), LISTS.contains(&kind)),
        ("maxItems", field.max_items.is_some(), LISTS.contains(&kind)),
        ("currencies", !field.currencies.is_empty(), kind == FieldType::Money),
        ("definition", field.definition.is_some(), kind == FieldType::Reference),
        ("mediaTypes", !field.media_types.is_empty(), kind == FieldType::Files),
        ("maxSize", field.max_size.is_some(), kind == FieldType::Files),
        ("columns", !field.columns.is_empty(), kind == FieldType::Table),
        ("zoned", field.zoned, kind == FieldType::Datetime),
        ("formula", field.formula.is_some(), kind == FieldType::Computed),
        ("result", field.result.is_some(), kind == FieldType::Computed),
        ("required", field.required, kind != FieldType::Computed),
        ("requiredWhen", field.required_when.is_some(), kind != FieldType::Computed),
    ];
    for (name, _, _) in said.into_iter().filter(|(_, is_said, is_known)| *is_said && !is_known) {
        let detail = format!("a field of this type knows no `{name}`");
        faults.push(FieldFault::new(&format!("{pointer}/{name}"), "not-applicable", &detail));
    }
}

fn check_options(field: &FieldDefinition, pointer: &str, faults: &mut Vec<FieldFault>) {
    let at = format!("{pointer}/options");
    if CHOICES.contains(&field.kind) && field.options.is_empty() {
        faults.push(FieldFault::new(&at, "required", "a select needs options"));
    }
}

fn check_bounds(field: &FieldDefinition, pointer: &str, faults: &mut Vec<FieldFault>) {
    if MEASURED.contains(&field.kind) {
        for (name, bound) in [("min", &field.min), ("max", &field.max)] {
            if bound.as_ref().is_some_and(|bound| bound.is_object() || !bounds::is_bound(field.kind, bound)) {
                let detail = "a number, for money an amount as text, for a date or an instant such a text";
                faults.push(FieldFault::new(&format!("{pointer}/{name}"), "type", detail));
            }
        }
        if let (Some(min), Some(max)) = (&field.min, &field.max)
            && !bounds::are_ordered(field.kind, min, max)
        {
            faults.push(FieldFault::new(&format!("{pointer}/max"), "out-of-range", "`max` is less than `min`"));
        }
    }
    for (name, least, most) in
        [("maxLength", field.min_length, field.max_length), ("maxItems", field.min_items, field.max_items)]
    {
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            faults.push(FieldFault::new(&format!("{pointer}/{name}"), "out-of-range", "less than the least"));
        }
    }
    let rows = field.max_items.and_then(|rows| usize::try_from(rows).ok());
    if field.kind == FieldType::Table && rows.is_some_and(|rows| rows > MOST_ROWS) {
        let detail = format!("a table is limited to {MOST_ROWS} rows");
        faults.push(FieldFault::new(&format!("{pointer}/maxItems"), "out-of-range", &detail));
    }
}

fn check_currencies(currencies: &[String], pointer: &str, faults: &mut Vec<FieldFault>) {
    for (index, code) in currencies.iter().enumerate().filter(|(_, code)| money::currency(code).is_none()) {
        let detail = format!("`{code}` is no currency of ISO 4217");
        faults.push(FieldFault::new(&format!("{pointer}/currencies/{index}"), "unknown-currency", &detail));
    }
}

fn check_columns(columns: &[Column], pointer: &str, faults: &mut Vec<FieldFault>) {
    if columns.is_empty() || columns.len() > MOST_COLUMNS {
        let detail = format!("a table has 1 to {MOST_COLUMNS} columns");
        faults.push(FieldFault::new(pointer, "required", &detail));
        return;
    }
    let mut seen = HashSet::new();
    for (index, column) in columns.iter().enumerate() {
        let at = format!("{pointer}/{index}");
        if column.key.is_empty() || !seen.insert(column.key.as_str()) {
            faults.push(FieldFault::new(&format!("{at}/key"), "duplicate", "a key that no other column has is needed"));
        }
        if !IN_TABLES.contains(&column.kind) {
            let detail = "a column is of one of the simple types: string, text, number, boolean, date, select, money";
            faults.push(FieldFault::new(&format!("{at}/type"), "not-applicable", detail));
            continue;
        }
        check_field(&FieldDefinition { labels: column.labels.clone(), ..column.as_field() }, &at, faults);
    }
}

fn check_computed(field: &FieldDefinition, pointer: &str, faults: &mut Vec<FieldFault>) {
    if field.formula.is_none() {
        faults.push(FieldFault::new(&format!("{pointer}/formula"), "required", "a computed field needs its formula"));
    }
    if !field.result.is_some_and(|result| RESULTS.contains(&result)) {
        let detail = "one of string, number, boolean, date, datetime, duration, money";
        faults.push(FieldFault::new(&format!("{pointer}/result"), "required", detail));
    }
    if field.default.is_some() {
        let detail = "what is computed has no default";
        faults.push(FieldFault::new(&format!("{pointer}/default"), "not-applicable", detail));
    }
}

fn check_sections(set: FieldSet<'_>, faults: &mut Vec<FieldFault>) {
    let mut placed = HashSet::new();
    for (index, section) in set.sections.iter().enumerate() {
        let pointer = format!("/sections/{index}");
        if section.title.trim().is_empty() {
            faults.push(FieldFault::new(&format!("{pointer}/title"), "required", "a title is needed"));
        }
        check_texts(&section.titles, &format!("{pointer}/titles"), faults);
        for (place, key) in section.fields.iter().enumerate() {
            let at = format!("{pointer}/fields/{place}");
            if set.field(key).is_none() {
                faults.push(FieldFault::new(
                    &at,
                    "unknown-field",
                    &format!("`{key}` is not a field of this definition"),
                ));
            } else if !placed.insert(key.as_str()) {
                faults.push(FieldFault::new(&at, "duplicate", &format!("`{key}` stands in a section already")));
            }
        }
    }
}

/// All conditions and formulas, with their pointers.
fn expressions(set: FieldSet<'_>) -> Vec<(String, &str)> {
    let mut all = Vec::new();
    for (index, field) in set.fields.iter().enumerate() {
        let own =
            [("visibleWhen", &field.visible_when), ("requiredWhen", &field.required_when), ("formula", &field.formula)];
        all.extend(
            own.into_iter()
                .filter_map(|(name, text)| text.as_deref().map(|text| (format!("/fields/{index}/{name}"), text))),
        );
    }
    for (index, section) in set.sections.iter().enumerate() {
        all.extend(section.visible_when.as_deref().map(|text| (format!("/sections/{index}/visibleWhen"), text)));
    }
    all
}

fn check_expressions(set: FieldSet<'_>, faults: &mut Vec<FieldFault>) {
    let all = expressions(set);
    if all.len() > MOST_EXPRESSIONS {
        let detail = format!("a definition is limited to {MOST_EXPRESSIONS} conditions and formulas");
        faults.push(FieldFault::new("/fields", "too-many", &detail));
        return;
    }
    for (pointer, text) in all {
        if text.len() > LONGEST_EXPRESSION {
            let detail = format!("an expression is limited to {LONGEST_EXPRESSION} bytes");
            faults.push(FieldFault::new(&pointer, "too-long", &detail));
            continue;
        }
        if let Err(error) = feel::parse(set, text) {
            faults.push(FieldFault::new(&pointer, "expression", &error.to_string()));
        }
    }
}

fn check_texts(texts: &BTreeMap<String, String>, pointer: &str, faults: &mut Vec<FieldFault>) {
    if texts.len() > MOST_LANGUAGES {
        faults.push(FieldFault::new(pointer, "too-many", &format!("at most {MOST_LANGUAGES} languages")));
    }
    for (tag, text) in texts {
        let at = format!("{pointer}/{}", escape(tag));
        if !is_language(tag) {
            faults.push(FieldFault::new(&at, "invalid-language", "a language is expected: `de`, `pt-BR`"));
        }
        if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
            faults.push(FieldFault::new(&at, "required", &format!("1 to {LONGEST_TEXT} characters are expected")));
        }
    }
}

/// The shape of a language tag (BCP 47): `de`, `pt-BR`, `zh-Hant-TW`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_first =
        parts.next().is_some_and(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic()));
    is_first && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}
