//! The case: one aggregate per piece of work.
//!
//! [`fact`] is everything that can be said about a case, [`state`] folds it, [`decide`] turns wishes into facts (and is
//! the only place that may refuse), [`closing`] what becomes of open work when a case is closed,
//! [`demand`] says what a stage asks for, [`view`] derives the rows that lists ask, [`timeline`] tells the story to people,
//! [`published`] is what other rooms hear.

pub(crate) mod closing;
pub(crate) mod decide;
pub(crate) mod demand;
pub(crate) mod desk;
pub(crate) mod fact;
pub(crate) mod observe;
mod published;
pub(crate) mod state;
pub(crate) mod timeline;
pub(crate) mod value;
pub(crate) mod view;

pub use fact::{CaseEvent, Fact};
pub use state::Case;
