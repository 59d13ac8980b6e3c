//! The contract of a back-end: three implementations, one conformance suite over all.

pub mod memory;
pub mod mongo;
pub(crate) mod shared_read;
pub mod sqlite;

use crate::key::{AggregateKey, ShardId, TenantId};
use crate::log::entry::Batch;
use crate::views::tally::{Group, Tally};
use crate::views::view::{Page, Query, ViewSpec, ViewWrites};
use async_trait::async_trait;
use bytes::Bytes;
use casewright_rows::{Document, RowError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why an append did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody wrote this position before us: the writer lost its shard and must step down.
    #[error("position {position} of shard {shard} is taken", shard = shard.0)]
    Taken { shard: ShardId, position: u64 },
    /// The store did not answer, is full, or refused. Whether the batch is there is unknown: read the log to learn it.
    #[error("the store did not take the batch")]
    Store(#[source] StoreError),
}

/// The machine's fault: retried, answered with 503, never the caller's.
///
/// Cheap to clone: one failed batch answers all its callers with the same cause.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{what}")]
pub struct StoreError {
    /// What was tried, on what.
    pub what: String,
    #[source]
    pub source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// A page was asked for behind a place that is none of the list.
#[derive(Debug, thiserror::Error)]
#[error("the page cursor does not belong to this query")]
struct ForeignCursor;

impl From<RowError> for StoreError {
    fn from(error: RowError) -> Self {
        Self::caused("a row of a view is not what its struct says", error)
    }
}

impl StoreError {
    /// An error without a deeper cause.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }

    /// The cursor of a query was made for another one, or by somebody else: the caller's fault, and none of the store's.
    #[must_use]
    pub(crate) fn foreign_cursor() -> Self {
        Self::caused("a page behind a cursor was asked for", ForeignCursor)
    }

    /// Whether it is about a cursor that belongs to another query.
    #[must_use]
    pub fn is_foreign_cursor(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.is::<ForeignCursor>())
    }

    /// What was tried, and why it failed.
    #[must_use]
    pub fn caused(what: impl Into<String>, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { what: what.into(), source: Some(Arc::new(source)) }
    }
}

/// A snapshot of one aggregate: its state after `seq` events, as its owner encoded it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub key: AggregateKey,
    pub seq: u64,
    pub state: Bytes,
}

/// Tells a write that is under way that another is wanted first. Clones are one.
#[derive(Clone, Debug, Default)]
pub struct GiveWay(Arc<AtomicBool>);

impl GiveWay {
    /// The write is to end as soon as it may.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Release);
    }

    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How far the views of a group are on a shard's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub shard: ShardId,
    /// All of them are written up to here: what comes after is written again after a crash.
    pub written: u64,
    /// None of them is written beyond this.
    pub looked: u64,
}

/// Everything the journal asks of a database. All writes are durable when the call returns.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Appends one or several batches (of different shards) at their positions; each is atomic by itself.
    /// The result has one entry per batch, in order.
    async fn append(&self, batches: Vec<Arc<Batch>>) -> Vec<Result<(), AppendError>>;

    /// True when no other process can write this store while we have it open: no lease is needed, and views need not
    /// tell other nodes how far they are.
    fn is_exclusive(&self) -> bool;

    /// Number of shards: the one the store was created with, or `wanted` when it is new.
    async fn shards(&self, wanted: u16) -> Result<u16, StoreError>;

    /// Writes something tiny, durably: whether the store takes writes at all.
    async fn probe(&self) -> Result<(), StoreError>;

    /// The last position of a shard's log; 0 when it is empty.
    async fn head(&self, shard: ShardId) -> Result<u64, StoreError>;

    /// The last positions of the first `shards` logs.
    async fn heads(&self, shards: u16) -> Result<Vec<u64>, StoreError> {
        let mut heads = Vec::with_capacity(usize::from(shards));
        for shard in 0..shards {
            heads.push(self.head(ShardId(shard)).await?);
        }
        Ok(heads)
    }

    /// Batches of a shard from `from` on, in order, at most `limit`, and only as many as a few megabytes hold: one at least,
    /// when there is one.
    async fn read(&self, shard: ShardId, from: u64, limit: usize) -> Result<Vec<Batch>, StoreError>;

    /// The entries of one aggregate after `after_seq`, in order, at most `limit`.
    async fn read_aggregate(
        &self,
        key: &AggregateKey,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<crate::Entry>, StoreError>;

    async fn snapshot(&self, key: &AggregateKey) -> Result<Option<Snapshot>, StoreError>;
    /// The snapshot, and at most `limit` entries after it; from the first one where there is none. A store that can do
    /// both in one go does.
    async fn resume(
        &self,
        key: &AggregateKey,
        limit: usize,
    ) -> Result<(Option<Snapshot>, Vec<crate::Entry>), StoreError> {
        let snapshot = self.snapshot(key).await?;
        let after = snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
        Ok((snapshot, self.read_aggregate(key, after, limit).await?))
    }
    async fn put_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError>;

    /// Takes all entries and the snapshots of these aggregates out of the log. Batches stay at their positions, even when
    /// they are empty now; a store that only one process writes may put such as stand side by side into one, at the
    /// position of the last. Harmless twice; where it is not atomic, the last entries of an aggregate go last.
    async fn forget(&self, keys: &[AggregateKey]) -> Result<(), StoreError>;

    /// Creates views and their indexes; called at every start, harmless when they are there.
    async fn ensure_views(&self, specs: &[ViewSpec]) -> Result<(), StoreError>;
    /// Empties the views of a group and sets their positions to 0 when they were written by another `version` of its
    /// projectors. True when that was so.
    async fn reset_group_unless(&self, group: &str, version: u64, views: &[ViewSpec]) -> Result<bool, StoreError>;
    /// Up to which position of the shard's log the views of `group` are written.
    async fn view_position(&self, group: &str, shard: ShardId) -> Result<u64, StoreError>;
    /// [`Store::view_position`] of the first `shards` shards.
    async fn view_positions(&self, group: &str, shards: u16) -> Result<Vec<u64>, StoreError> {
        let mut positions = Vec::with_capacity(usize::from(shards));
        for shard in 0..shards {
            positions.push(self.view_position(group, ShardId(shard)).await?);
        }
        Ok(positions)
    }
    /// Writes coalesced view changes and the new position in one transaction (or guarded by it, row by row).
    async fn write_views(
        &self,
        group: &str,
        shard: ShardId,
        position: u64,
        writes: ViewWrites,
    ) -> Result<(), StoreError>;
    /// [`Store::write_views`] for several shards at once; a store that has a cheaper way takes it.
    async fn write_views_of_shards(
        &self,
        group: &str,
        shards: Arc<Vec<(ShardId, u64, ViewWrites)>>,
    ) -> Result<(), StoreError> {
        for (shard, position, writes) in shards.iter() {
            self.write_views(group, *shard, *position, writes.clone()).await?;
        }
        Ok(())
    }
    /// Writes coalesced changes of some views of a group ahead of the others, from the `from`th on in an order of its own, and
    /// how far all of them are with these, in one transaction. Only asked of a store that no other process writes: nothing
    /// guards a row.
    ///
    /// May end early when it is to give way, and then leaves positions as they are. Answers how many of the rows are written.
    async fn write_rows(
        &self,
        group: &str,
        rows: Arc<ViewWrites>,
        from: usize,
        reached: Vec<Reached>,
        gives_way: GiveWay,
    ) -> Result<usize, StoreError> {
        let _written_nowhere = (rows, from, reached, gives_way);
        Err(StoreError::new(format!("the views of {group} are written with their positions only")))
    }
    async fn get(&self, tenant: &TenantId, view: &'static str, id: &str) -> Result<Option<Document>, StoreError>;
    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, StoreError>;
    /// How many rows pass, `most` at most: there may be more then.
    async fn count(&self, tenant: &TenantId, query: &Query, most: Option<u64>) -> Result<u64, StoreError>;
    /// Groups in no order; none is empty.
    async fn tally(&self, tenant: &TenantId, tally: &Tally) -> Result<Vec<Group>, StoreError>;
    /// For the few system jobs (due timers, relays) that work for all tenants.
    async fn system_query_all_tenants(&self, query: &Query) -> Result<Page, StoreError>;

    /// Durable position of a named consumer.
    async fn consumer_position(&self, consumer: &str, shard: ShardId) -> Result<u64, StoreError>;
    async fn put_consumer_position(&self, consumer: &str, shard: ShardId, position: u64) -> Result<(), StoreError>;

    /// All consumers that have a position in this shard's log.
    async fn consumers(&self, shard: ShardId) -> Result<Vec<(String, u64)>, StoreError>;

    /// Takes or renews the lease on a shard until now + `ttl_ms`; false when somebody else holds it.
    /// Correctness never leans on it.
    async fn lease(&self, shard: ShardId, holder: uuid::Uuid, address: &str, ttl_ms: u64) -> Result<bool, StoreError>;
    /// Address of the node that holds the lease now, if any.
    async fn lease_holder(&self, shard: ShardId) -> Result<Option<String>, StoreError>;
    async fn release(&self, shard: ShardId, holder: uuid::Uuid) -> Result<(), StoreError>;
    /// Says that this node lives for another `ttl_ms`, and counts the nodes that do (this one included). Shards are
    /// shared out evenly by that number.
    async fn heartbeat(&self, node: uuid::Uuid, ttl_ms: u64) -> Result<usize, StoreError>;
    /// This node goes: from now on it is not counted. Harmless when it never was.
    async fn leave(&self, node: uuid::Uuid) -> Result<(), StoreError>;

    /// Finishes what was begun and lets go of the database, so that another process can have it. What is asked
    /// afterwards may fail.
    async fn close(&self) {}
}

/// How much of a log is read at once.
#[derive(Default)]
pub(crate) struct Portion {
    bytes: usize,
}

impl Portion {
    const BYTES: usize = 2 << 20;

    /// Whether a batch of so many bytes still belongs to it. The first does.
    pub(crate) fn takes(&mut self, bytes: usize) -> bool {
        let takes = self.bytes == 0 || self.bytes + bytes <= Self::BYTES;
        self.bytes += bytes;
        takes
    }
}
