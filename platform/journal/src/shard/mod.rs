//! One writer per shard: it decides in memory, ahead of the disk, appends in groups, and answers when durable.
//!
//! - [`command`] is what a caller wants of one aggregate, typed inside, opaque outside.
//! - [`aside`] decides what may take long, on threads of their own.
//! - [`cache`] keeps hot aggregates; an aggregate with undurable events never leaves it.
//! - `append` is one append, `due` a snapshot that is due.
//! - [`writer`] is the task: ownership, decisions, appends, and what happens when an append fails.
//! - [`readiness`] says whether the store takes what is appended.
//! - [`fold`] loads an aggregate from snapshot and log, [`snapshot`] says how a snapshot is written.

pub(crate) mod append;
pub(crate) mod aside;
pub(crate) mod cache;
pub(crate) mod command;
pub(crate) mod due;
pub(crate) mod fold;
pub(crate) mod readiness;
mod snapshot;
pub(crate) mod writer;

use command::Command;
use tokio::sync::{mpsc, oneshot};

/// What a writer is asked.
pub(crate) enum Request {
    Run(Box<dyn Command>),
    /// The lease is ours until then (a moment of this machine's monotonic clock).
    Leased(tokio::time::Instant),
    /// Finish what is decided, then let go of the shard.
    Release(oneshot::Sender<()>),
}

/// The way to a writer.
#[derive(Clone)]
pub(crate) struct Handle {
    pub(crate) requests: mpsc::Sender<Request>,
}
