//! Views: documents derived from entries, for queries; and how queries see what was acknowledged before them.
//!
//! - [`view`] says what a view, a change of one and a query are.
//! - `group` is the projectors that share a position, and how queries wait for them (`waits`); `following` writes their views
//!   behind the log.
//! - `pending` is what is not written yet, `coalesce` makes one change of many, `families` are views that are only written
//!   together, and `pressure` has commands wait when views fall behind.
//! - [`tally`] counts rows in groups.
//! - `filter` is what a filter means to a document, `full_text` its words, `cursor` where a page ended.

pub(crate) mod coalesce;
pub(crate) mod cursor;
pub(crate) mod families;
pub(crate) mod filter;
pub(crate) mod following;
pub(crate) mod full_text;
pub(crate) mod group;
pub(crate) mod pending;
pub(crate) mod pressure;
pub mod tally;
pub mod view;
pub(crate) mod waits;
