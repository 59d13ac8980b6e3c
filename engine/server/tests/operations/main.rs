//! Operations on many things at once and on saved queries, over `/engine-rest`: batches, migration, restart, filters.

mod batches;
mod filters;
mod migration;
mod restart;
mod support;
