//! User tasks with the context of their case.
//!
//! **Where the list comes from.** Rows are derived from the engine's own log (aggregates `process-instance`, facts
//! `user-task-*`, which carry the whole task), into a view of ours: so that a list can be filtered by policy, searched and
//! paged by cursor like every other list, and reads its own writes.
//! Commands (claim, assign, complete) and forms go to the engine over HTTP, as any client's would.

pub(crate) mod view;
