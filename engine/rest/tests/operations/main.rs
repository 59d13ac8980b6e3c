//! Operations on many things at once and on saved queries, over `/engine-rest`: batches, migration, restart, filters.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod batches;
mod clients;
mod filters;
mod history;
mod java;
mod lists;
mod migration;
mod poison;
mod restart;
mod scripts;
mod starts;
mod support;
mod user_operations;
