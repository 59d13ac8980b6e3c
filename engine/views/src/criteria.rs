//! What a query asks of rows, spelled shortly.

use super::value::ValueRow;
use casewright_journal::{Field, Filter};
use serde_json::Value as Json;

/// All of these; without any, every row.
pub fn all(mut filters: Vec<Filter>) -> Filter {
    match filters.len() {
        0 => Filter::All,
        1 => filters.remove(0),
        _ => Filter::And(filters),
    }
}

/// The field has this value.
pub fn eq(field: impl Into<Field>, value: impl Into<Json>) -> Filter {
    Filter::Eq(field.into(), value.into())
}

/// No row at all, of any view: what an impossible criterion selects.
pub fn nothing() -> Filter {
    is_in(ValueRow::TYPE, [""; 0])
}

/// The field has one of these values.
pub fn is_in<V: Into<Json>>(field: impl Into<Field>, values: impl IntoIterator<Item = V>) -> Filter {
    Filter::In(field.into(), values.into_iter().map(Into::into).collect())
}

/// The field is like a pattern of SQL.
pub fn like(field: impl Into<Field>, pattern: String) -> Filter {
    Filter::Like { field: field.into(), pattern, ignore_case: false }
}

/// `field` is among what `select` gives over the rows of `view` that pass.
pub fn in_view(field: impl Into<Field>, view: &'static str, select: impl Into<Field>, filter: Filter) -> Filter {
    Filter::InView { field: field.into(), view, select: select.into(), filter: Box::new(filter) }
}

/// A variable row without a value, whatever its type.
pub fn is_null() -> Filter {
    Filter::Or(vec![eq(ValueRow::TYPE, "Null"), eq(ValueRow::IS_NULL, true)])
}
