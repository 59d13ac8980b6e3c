//! Rows of views: what a projector writes, what a query finds, and the columns by which both name it.
//!
//! A row is declared as a struct with `#[derive(Row)]` ([`macro@Row`]): index, filter, sort and handler then share the
//! constants of its columns, and a misspelt column does not compile. Rooms that share a view share its struct.

mod column;
mod field;
mod read;
mod row;

pub use casewright_rows_derive::Row;
pub use column::Column;
pub use field::Field;
pub use read::{FromColumn, RowError};
pub use row::{Cell, IntoRow, Row};

/// A row as it is read: a JSON object.
pub type Document = serde_json::Map<String, serde_json::Value>;

/// What code made by `#[derive(Row)]` calls.
#[doc(hidden)]
pub mod derived {
    pub use crate::read::{column, json_column};
    pub use crate::row::json_cell;
}

/// The value at a dotted path of a document; dots go through objects only.
#[must_use]
pub fn lookup<'a>(document: &'a Document, path: &str) -> Option<&'a serde_json::Value> {
    let mut parts = path.split('.');
    let mut value = document.get(parts.next()?)?;
    for part in parts {
        value = value.as_object()?.get(part)?;
    }
    Some(value)
}
