//! The `camunda:` extension elements and attributes, one file per concern.

pub(super) mod field;
pub(super) mod form;
pub(super) mod input_output;
pub(super) mod listener;
pub(super) mod priority;
pub(super) mod properties;
pub(super) mod script;
pub(super) mod unknown;
pub(super) mod variables;
