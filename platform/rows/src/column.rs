//! Columns: the fields of a view's rows, by names that stand in one place.

use crate::{Document, Field};
use serde_json::Value;
use std::fmt::{Display, Formatter};

/// A field of the rows of a view. Its constants are made by `#[derive(Row)]` of the row's struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Column(&'static str);

impl Column {
    /// The column of this name. For rows that have no struct; all others take the struct's constants.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// A place inside what the column holds: dots go into nested objects.
    #[must_use]
    pub fn at(self, path: &str) -> Field {
        Field::named(format!("{}.{path}", self.0))
    }

    /// What a row holds in it; null when nothing.
    #[must_use]
    pub fn of(self, row: &Document) -> &Value {
        row.get(self.0).unwrap_or(&Value::Null)
    }

    /// The text that a row holds in it; none when it holds another kind of value, or nothing.
    #[must_use]
    pub fn text(self, row: &Document) -> Option<&str> {
        self.of(row).as_str()
    }

    /// The number that a row holds in it.
    #[must_use]
    pub fn integer(self, row: &Document) -> Option<i64> {
        self.of(row).as_i64()
    }

    /// Does a row hold true in it?
    #[must_use]
    pub fn is_set(self, row: &Document) -> bool {
        self.of(row) == &Value::Bool(true)
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}
