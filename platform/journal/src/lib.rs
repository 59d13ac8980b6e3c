//! The one journal. Everything that changes is an *aggregate*: a key `(tenant, kind, id)` and its events numbered
//! from 1. The journal keeps them in a fixed number of *shard logs* and is the only place where state becomes durable.
//!
//! What this crate must never do: know a service, interpret an event, or acknowledge what is not on disk.
//!
//! - [`key`] names things, [`entry`] is what a log holds.
//! - [`aggregate`] is what a service implements: a fold and nothing else.
//! - [`journal`] opens it all, [`tenant`] is the handle services work with, bound to one tenant.
//! - [`store`] is the contract of a back-end ([`sqlite`], [`mongo`], and [`memory`] for simulations); one conformance
//!   suite runs over all.
//! - `shard` is the writer: decides in memory, appends in groups, answers when durable. `lease` says who should write.
//! - `tail` is the durable end of every log, which everything behind the log follows without gap:
//! - [`view`] says what a view and a query are, `projection` writes views behind the log, with read-your-writes;
//!   `pending` is what of them is not written yet, `families` which are only written together, and `pressure` has
//!   commands wait when they fall behind.
//! - [`verify`] checks a whole store against its log.
//! - [`forget`] takes out of the log what nobody wants any more.
//! - [`consumer`] reads logs in order with durable positions, [`observe`] feeds in-memory indexes, live.

pub mod aggregate;
pub mod causes;
pub mod clock;
mod codec;
pub mod config;
pub mod consumer;
mod cursor;
pub mod entry;
mod families;
pub mod forget;
pub mod journal;
pub mod key;
mod lease;
mod matches;
pub mod memory;
pub mod mongo;
pub mod observe;
mod pending;
mod pressure;
mod projection;
mod readiness;
pub mod row;
mod rows;
mod shard;
pub mod sqlite;
pub mod store;
mod tail;
pub mod tenant;
pub mod verify;
pub mod view;
mod words;

pub use aggregate::{Aggregate, CommandContext, Committed, DecideContext, Decision, ExecuteError};
pub use causes::Causes;
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::{JournalConfig, Limits, StoreConfig};
pub use consumer::{Consumer, Delivery, Resumed};
pub use entry::{Batch, Decided, Entry, EntryMeta};
pub use forget::FORGOTTEN;
pub use journal::Journal;
pub use key::{AggregateKey, ShardId, TenantId};
pub use observe::{Observation, Observations};
pub use row::{Cell, Row};
pub use store::{Store, StoreError};
pub use tenant::TenantHandle;
pub use verify::Kind;
pub use view::{Cursor, Document, Echo, Filter, Page, Projector, Query, Sort, ViewSpec, ViewWrites};
