//! What a log holds: entries, appended in batches.

use crate::key::{AggregateKey, ShardId};
use bytes::Bytes;
use jiff::Timestamp;
use smol_str::SmolStr;

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
    /// Chosen by the writer, so that it can tell its own batch after a lost acknowledgement.
    pub writer: uuid::Uuid,
    pub format: Format,
    pub entries: Vec<Entry>,
}
