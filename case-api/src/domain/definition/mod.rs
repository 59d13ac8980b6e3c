//! Case definitions: what a kind of case is made of. Versioned; a case stays with the version it was created from, so
//! that an edit never changes the rules under running work.
//!
//! [`model`] is the shape of a definition, with [`stage`], [`milestone`] and [`resolution`] for their parts; [`check`] what it
//! must fulfil, [`state`] the aggregate that keeps its versions; [`diff`] tells two of them apart;
//! [`working_time`] is what its promises count, [`field`] what it says of fields, and [`value`] holds what is filled in against
//! them; [`playbook`] is what there is to do in a stage, [`hierarchy`] what becomes of children, and [`duplicates`] when two
//! cases are told to be one; [`retention`] is how long closed cases are kept.

pub(crate) mod check;
mod check_rules;
mod check_sla;
mod check_stages;
pub(crate) mod diff;
pub(crate) mod duplicates;
pub(crate) mod field;
pub(crate) mod hierarchy;
pub(crate) mod milestone;
pub(crate) mod model;
pub(crate) mod names;
pub(crate) mod playbook;
mod playbook_check;
pub(crate) mod resolution;
pub(crate) mod retention;
pub(crate) mod stage;
pub(crate) mod state;
pub(crate) mod value;
pub(crate) mod working_time;

pub use model::CaseDefinition;
pub(crate) use state::CaseDefinitionAggregate;
