//! What is asked before somebody does something to a case, whether over HTTP, in a batch, or by a rule: may they ([`access`]), is
//! there what they name ([`references`]), what a move to another stage is checked with ([`stage_checks`]), and has the case become
//! part of another one ([`merged`]).

pub(crate) mod access;
pub(crate) mod merged;
pub(crate) mod problem;
pub(crate) mod references;
mod stage_checks;

pub(crate) use stage_checks::stage_checks;
