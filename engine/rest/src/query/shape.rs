//! The fields of an answer: every one present, null when unknown, dates as text.

use casewright_engine_value::Instant;
use casewright_engine_views::date;
use casewright_journal::{Column, Document};
use serde_json::{Value as Json, json};

/// A field of a row and how it goes out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    /// As it stands in the row.
    Plain(Column),
    /// Text; the empty one is null.
    Text(Column),
    /// Milliseconds in the row, text outside.
    Date(Column),
    /// A primitive boolean: missing is false.
    Flag(Column),
    /// A primitive number: missing is 0.
    Zero(Column),
    /// Under another name than in the row.
    Renamed(&'static str, Column),
    /// Null in every row; who answers may know better.
    Null(&'static str),
    /// Always false.
    False(&'static str),
    /// Always `[]`.
    Links,
}

/// A row as its DTO.
pub(crate) fn shape(fields: &[Field], row: &Document) -> Document {
    let mut out = Document::new();
    for field in fields {
        let (name, value) = match *field {
            Field::Plain(column) => (column.name(), column.of(row).clone()),
            Field::Text(column) => {
                (column.name(), column.text(row).filter(|text| !text.is_empty()).map_or(Json::Null, Json::from))
            }
            Field::Date(column) => (column.name(), date_of(column.of(row))),
            Field::Flag(column) => (column.name(), row.get(column.name()).cloned().unwrap_or_else(|| json!(false))),
            Field::Zero(column) => (column.name(), row.get(column.name()).cloned().unwrap_or_else(|| json!(0))),
            Field::Renamed(name, column) => (name, column.of(row).clone()),
            Field::Null(name) => (name, Json::Null),
            Field::False(name) => (name, json!(false)),
            Field::Links => ("links", json!([])),
        };
        out.insert(name.to_owned(), value);
    }
    out
}

/// Milliseconds as a date; null stays null.
pub(crate) fn date_of(value: &Json) -> Json {
    value.as_i64().map_or(Json::Null, |ms| json!(date::format(Instant(ms))))
}
