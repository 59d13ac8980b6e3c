//! The fields of an answer: every one present, null when unknown, dates as text.

use casewright_engine_value::Instant;
use casewright_engine_views::date;
use serde_json::{Map, Value as Json, json};

/// A field of a row and how it goes out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    /// As it stands in the row.
    Plain(&'static str),
    /// Text; the empty one is null.
    Text(&'static str),
    /// Milliseconds in the row, text outside.
    Date(&'static str),
    /// A primitive boolean: missing is false.
    Flag(&'static str),
    /// A primitive number: missing is 0.
    Zero(&'static str),
    /// Under another name than in the row.
    Renamed(&'static str, &'static str),
    /// Always null.
    Null(&'static str),
    /// Always `[]`.
    Links,
}

/// A row as its DTO.
pub(crate) fn shape(fields: &[Field], row: &Map<String, Json>) -> Map<String, Json> {
    let mut out = Map::new();
    for field in fields {
        let (name, value) = match *field {
            Field::Plain(name) => (name, row.get(name).cloned().unwrap_or(Json::Null)),
            Field::Text(name) => {
                (name, row.get(name).filter(|value| value.as_str() != Some("")).cloned().unwrap_or(Json::Null))
            }
            Field::Date(name) => (name, date_of(row.get(name))),
            Field::Flag(name) => (name, row.get(name).cloned().unwrap_or_else(|| json!(false))),
            Field::Zero(name) => (name, row.get(name).cloned().unwrap_or_else(|| json!(0))),
            Field::Renamed(name, from) => (name, row.get(from).cloned().unwrap_or(Json::Null)),
            Field::Null(name) => (name, Json::Null),
            Field::Links => ("links", json!([])),
        };
        out.insert(name.to_owned(), value);
    }
    out
}

/// Milliseconds as a date; null stays null.
pub(crate) fn date_of(value: Option<&Json>) -> Json {
    value.and_then(Json::as_i64).map_or(Json::Null, |ms| json!(date::format(Instant(ms))))
}
