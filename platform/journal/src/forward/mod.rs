//! Any node takes any command, where several share the store.
//!
//! A shard has one writer, on one node. Commands are closures: they cannot be sent. So a command that comes to another node is
//! decided there, over the log's state, and what crosses over are the *entries* that were decided, with the version they
//! were decided on. The shard's owner appends them by its own path if the aggregate is still at that version.
//!
//! - [`route`] takes a command: here, or over the log and to the owner.
//! - [`deliver`] brings entries to whoever owns the shard, until somebody says what became of them, or time is up.
//! - [`accept`] is the owner's side.
//! - [`entries`] is what is sent, [`Peers`] who carries it, [`Answer`] what comes back.
//! - [`owners`] remembers who owns which shard.
//!
//! Once, and not twice: entries carry the id of their command, also in the log. Whoever is brought entries that are there
//! already answers with what was committed.

pub(crate) mod accept;
pub(crate) mod deliver;
pub(crate) mod entries;
pub(crate) mod owners;
pub(crate) mod route;

use crate::store::StoreError;
use async_trait::async_trait;
use entries::Forwarded;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The way to the other nodes.
#[async_trait]
pub trait Peers: Send + Sync + 'static {
    /// Brings entries to the node at this address, which calls [`crate::Journal::accept`], and its answer back.
    ///
    /// An error means that nobody knows whether they arrived: they are sent again, to the same node or to another.
    async fn append(&self, address: &str, forwarded: &Forwarded, within: Duration) -> Result<Answer, StoreError>;
}

/// What became of entries that were sent to the owner of their shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// They are durable: now, or since they were sent before. The log holds them at `position` or before it.
    Committed { version: u64, position: u64 },
    /// The aggregate has gone on to this version by somebody else: to be decided anew.
    MovedOn { version: u64 },
    /// The shard is owned by the node at this address.
    NotMine { owner: String },
    /// Not now; whether they were appended is not known. They may be sent again.
    Unavailable { why: String },
    /// Never: they are not what entries have to be.
    Refused { why: String },
}

impl Answer {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Committed { .. } => "committed",
            Self::MovedOn { .. } => "moved-on",
            Self::NotMine { .. } => "not-mine",
            Self::Unavailable { .. } => "unavailable",
            Self::Refused { .. } => "refused",
        }
    }
}
