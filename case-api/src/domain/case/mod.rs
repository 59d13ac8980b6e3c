//! The case: one aggregate per piece of work.
//!
//! [`event`] is everything that can happen to a case, [`state`] what it adds up to and [`apply`] how, [`decide`] turns wishes
//! into events (and is the only place that may refuse), [`clocks`] is what follows of it for service levels. [`document`],
//! [`link`], [`problem`], [`process`] and [`task`] are parts that events and state share.

mod apply;
pub(crate) mod clocks;
pub(crate) mod decide;
pub(crate) mod document;
pub(crate) mod event;
pub(crate) mod link;
pub(crate) mod problem;
pub(crate) mod process;
pub(crate) mod state;
pub(crate) mod task;

pub use event::{CaseEvent, Fact};
pub use state::Case;
