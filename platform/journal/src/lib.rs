//! The one journal. Everything that changes is an *aggregate*: a key `(tenant, kind, id)` and its events numbered
//! from 1. The journal keeps them in a fixed number of *shard logs* and is the only place where state becomes durable.
//!
//! What this crate must never do: know a service, interpret an event, or acknowledge what is not on disk.
//!
//! - [`key`] names things, [`entry`] is what a log holds.
//! - [`aggregate`] is what a service implements: a fold and nothing else.
//! - [`store`] is the contract of a back-end ([`sqlite`], [`mongo`]); one conformance suite runs over both.
//! - [`shard`] is the writer: decides in memory, appends in groups, answers when durable.
//! - [`view`] derives documents for queries, behind the log, with read-your-writes.
//! - [`consumer`] reads logs in order with durable positions.

pub mod aggregate;
pub mod entry;
pub mod key;
pub mod store;
pub mod view;

pub use aggregate::{Aggregate, CommandContext, Committed, Decision, ExecuteError};
pub use entry::{Batch, Entry, EntryMeta};
pub use key::{AggregateKey, ShardId, TenantId};
pub use view::{Cursor, Filter, Page, Projector, Query, Sort, ViewSpec, ViewWrites};
