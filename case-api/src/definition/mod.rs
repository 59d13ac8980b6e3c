//! Case definitions: what a kind of case is made of. Versioned; a case stays with the version it was created from, so
//! that an edit never changes the rules under running work.

pub(crate) mod aggregate;
pub(crate) mod check;
pub(crate) mod model;
pub(crate) mod view;

pub(crate) use aggregate::CaseDefinitionAggregate;
pub use model::CaseDefinition;
