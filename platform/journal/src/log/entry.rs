//! What a log holds: entries, appended in batches.

use crate::key::{AggregateKey, ShardId};
use bytes::Bytes;
use jiff::Timestamp;
use smol_str::SmolStr;
use std::any::Any;
use std::sync::Arc;
use uuid::Uuid;

/// What is known of an entry besides its event.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryMeta {
    pub key: AggregateKey,
    /// Number of the event within its aggregate, from 1. The version (and ETag) of an aggregate is its last `seq`.
    pub seq: u64,
    /// When it was decided, by the clock the journal was given.
    pub at: Timestamp,
    /// Who caused it: a user id, or `system:<role>`.
    pub actor: SmolStr,
    /// The entry or request that caused it, for tracing a chain across aggregates; empty when there is none.
    pub cause: SmolStr,
}

/// One event of one aggregate.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub meta: EntryMeta,
    /// Name of the event, kebab case: `case-created`, `task-completed`.
    pub event: SmolStr,
    /// The event in the format of its batch.
    pub payload: Bytes,
    /// The command it is of, where that was decided on another node than the one that appended it: what was appended once
    /// is known by it, whoever writes the shard by then.
    pub command: Option<Uuid>,
    /// The event itself, while it is in the memory of the process that decided it.
    pub decided: Decided,
}

/// An event as it was decided, so that who follows the log in the same process need not read its payload. It says nothing
/// that the payload does not say: entries are compared without it.
#[derive(Clone, Default)]
pub struct Decided(Option<Arc<dyn Any + Send + Sync>>);

impl Decided {
    pub(crate) fn new<E: Send + Sync + 'static>(event: E) -> Self {
        Self(Some(Arc::new(event)))
    }

    /// The event; none when the entry was read from a store, or is of another type.
    #[must_use]
    pub fn event<E: 'static>(&self) -> Option<&E> {
        self.0.as_ref()?.downcast_ref()
    }
}

impl PartialEq for Decided {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Decided {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "in memory" } else { "in the payload" })
    }
}

/// How payloads are encoded. Stored with every batch, so a later release can read an older store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Format {
    Json = 1,
}

/// What one append makes durable: all of it or nothing. `(shard, position)` is unique; that is the commit, the group
/// commit and the fence in one.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub shard: ShardId,
    /// Position in the shard's log, from 1, without gaps.
    pub position: u64,
    /// The first position it stands for: its own, unless batches before it were emptied and put together with it.
    pub since: u64,
    /// Chosen by the writer, so that it can tell its own batch after a lost acknowledgement.
    pub writer: Uuid,
    pub format: Format,
    pub entries: Vec<Entry>,
}

impl Batch {
    /// Bytes that it takes in memory, about: an event as much as its payload.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.entries.iter().map(|entry| 2 * entry.payload.len() + 256).sum()
    }
}
