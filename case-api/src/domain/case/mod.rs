//! The case: one aggregate per piece of work.
//!
//! [`event`] is everything that can happen to a case, [`state`] what it adds up to and [`apply`] how, [`decide`] turns wishes
//! into events (and is the only place that may refuse), [`clocks`] is what follows of it for service levels, [`urgency`] how
//! urgent it is, [`marks`] since when it waits. [`ad_hoc_task`], [`document`], [`hold`], [`link`], [`merge`], [`party`], [`problem`],
//! [`process`], [`progress`] and [`task`] are parts that events and state share. [`trial`] is what a rule would have done.

pub(crate) mod ad_hoc_task;
mod apply;
pub(crate) mod clocks;
pub(crate) mod decide;
pub(crate) mod document;
pub(crate) mod event;
pub(crate) mod ground;
pub(crate) mod hold;
pub(crate) mod link;
pub(crate) mod marks;
pub(crate) mod merge;
pub(crate) mod party;
pub(crate) mod problem;
pub(crate) mod process;
pub(crate) mod progress;
pub(crate) mod state;
pub(crate) mod task;
pub(crate) mod trial;
pub(crate) mod urgency;

pub use event::{CaseEvent, Fact};
pub use state::Case;
