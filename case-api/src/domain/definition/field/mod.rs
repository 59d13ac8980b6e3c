//! Fields of a case: what a definition says of them, and what that means for values.
//!
//! - [`model`] is how a definition describes a field, a section and a column.
//! - [`fits`] holds one value against its field, with [`money`], [`moment`], [`table`] and [`bounds`] for their kinds.
//! - [`feel`] evaluates conditions and formulas over the fields of a case; [`formula`] fills computed fields, [`states`] says which
//!   fields are shown and needed.
//! - [`check`] is what a definition must fulfil before it is published.

pub(crate) mod bounds;
pub(crate) mod check;
pub(crate) mod feel;
pub(crate) mod fits;
pub(crate) mod formula;
pub(crate) mod model;
pub(crate) mod moment;
pub(crate) mod money;
pub(crate) mod states;
pub(crate) mod table;
