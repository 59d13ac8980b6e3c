//! Rows counted in groups, without any of them leaving the store.

use super::view::Query;
use casewright_rows::{Column, Document, Field, lookup};
use serde_json::Value;
use smol_str::SmolStr;

/// What the rows of one group have in common.
#[derive(Clone, Debug, PartialEq)]
pub enum Grouping {
    /// A field that holds texts; whatever else is there counts as nothing.
    Text(Field),
    /// Between which of these bounds, in ascending order, a number lies: how many of them are not above it.
    Span(Field, Vec<i64>),
}

/// How many of the rows that a query finds are in each group. Its sort, offset, limit and cursor do not count.
#[derive(Clone, Debug)]
pub struct Tally {
    pub query: Query,
    pub by: Vec<Grouping>,
    /// A field that is an integer wherever it is anything, of which the least in each group is told.
    pub least: Option<Column>,
}

/// Rows that have the same in every respect that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// By each grouping in turn: a text, the number of a span, or null.
    pub keys: Vec<Value>,
    pub count: u64,
    pub least: Option<i64>,
    /// The id of one of the rows.
    pub example: SmolStr,
}

impl Grouping {
    pub(crate) fn field(&self) -> &Field {
        match self {
            Self::Text(field) | Self::Span(field, _) => field,
        }
    }

    /// What this says of a row: the definition, which the stores are tested against.
    #[must_use]
    pub fn key(&self, row: &Document) -> Value {
        let value = lookup(row, self.field()).unwrap_or(&Value::Null);
        match self {
            Self::Text(_) if value.is_string() => value.clone(),
            Self::Text(_) => Value::Null,
            Self::Span(_, bounds) => match value.as_f64() {
                Some(number) => bounds.iter().filter(|bound| **bound as f64 <= number).count().into(),
                None => Value::Null,
            },
        }
    }
}
