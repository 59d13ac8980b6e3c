//! How a row's file says its view: with the indexes that the contract's common criteria and the engine's own look-ups ask for.

use casewright_journal::{Column, ViewSpec};

/// A view with these indexes.
pub(crate) const fn view(name: &'static str, indexes: &'static [&'static [Column]]) -> ViewSpec {
    ViewSpec { name, indexes, full_text: &[], denormalized: None }
}
