//! Case definitions: what a kind of case is made of. Versioned; a case stays with the version it was created from, so
//! that an edit never changes the rules under running work.
//!
//! [`model`] is the shape of a definition, [`check`] what it must fulfil, [`state`] the aggregate that keeps its versions;
//! [`value`] holds what is filled in against the fields.

pub(crate) mod check;
pub(crate) mod model;
pub(crate) mod state;
pub(crate) mod value;

pub use model::CaseDefinition;
pub(crate) use state::CaseDefinitionAggregate;
