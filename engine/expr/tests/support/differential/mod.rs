//! What the differential test consists of, be it in full beside its peers (`examples/differential`) or in short over what they
//! once answered (`tests/differential.rs`): questions, our answers to them, and what of a difference is explained.

pub(crate) mod answer;
pub(crate) mod case;
pub(crate) mod explained;
pub(crate) mod ours;
pub(crate) mod table;
