//! What a condition or an order of a query is about.

use crate::column::Column;
use std::borrow::Cow;
use std::fmt::{Display, Formatter};
use std::ops::Deref;

/// A column, or a place inside one: dots go into nested objects (`owner.id`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Field(Cow<'static, str>);

impl Field {
    /// A field by its name. For names that come from elsewhere (a mapping, a stored filter); columns are fields already.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }
}

impl From<Column> for Field {
    fn from(column: Column) -> Self {
        Self(Cow::Borrowed(column.name()))
    }
}

impl Deref for Field {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
