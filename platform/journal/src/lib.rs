//! The one journal. Everything that changes is an *aggregate*: a key `(tenant, kind, id)` and its events numbered
//! from 1. The journal keeps them in a fixed number of *shard logs* and is the only place where state becomes durable.
//!
//! What this crate must never do: know a service, interpret an event, or acknowledge what is not on disk.
//!
//! - [`key`] names things, [`aggregate`] is what a service implements: a fold and nothing else.
//! - [`journal`] opens it all, [`tenant`] is the handle services work with, bound to one tenant.
//! - [`log`] is the shard logs: entries, their durable ends, and what is forgotten again.
//! - [`store`] is the contract of a back-end ([`store::sqlite`], [`store::mongo`], and [`store::memory`] for simulations); one
//!   conformance suite runs over all.
//! - `shard` is the writer: decides in memory, appends in groups, answers when durable. `lease` says who should write.
//! - [`forward`] takes commands of shards that another node writes.
//! - [`views`] are written behind the log, with read-your-writes.
//! - [`follow`] is for who reads the log: consumers with durable positions, and indexes in memory.
//! - [`verify`] checks a whole store against its log.

pub mod aggregate;
pub mod causes;
pub mod clock;
pub mod config;
pub mod follow;
pub mod forward;
pub mod journal;
pub mod key;
mod lease;
pub mod log;
mod shard;
pub mod store;
pub mod tenant;
pub mod turns;
pub mod verify;
pub mod views;

pub use aggregate::{Aggregate, CommandContext, Committed, DecideContext, Decision, ExecuteError};
pub use casewright_rows::{Cell, Column, Document, Field, IntoRow, Row, RowError};
pub use causes::Causes;
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::{JournalConfig, Limits, StoreConfig};
pub use follow::consumer::{Consumer, Delivery, Resumed};
pub use follow::observe::{Observation, Observations};
pub use forward::entries::{Forwarded, Malformed};
pub use forward::{Answer, Peers};
pub use journal::Journal;
pub use key::{AggregateKey, ShardId, TenantId};
pub use log::entry::{Batch, Decided, Entry, EntryMeta};
pub use log::forget::FORGOTTEN;
pub use store::{Store, StoreError};
pub use tenant::TenantHandle;
pub use turns::{Turns, Weights};
pub use verify::Kind;
pub use views::tally::{Group, Grouping, Tally};
pub use views::view::{Cursor, Denormalized, Filter, Page, Projector, Query, Sort, ViewSpec, ViewWrites};
// Where the other crates find the parts.
pub use follow::{consumer, observe};
pub use log::{entry, forget};
pub use store::{memory, mongo, sqlite};
pub use views::view;
