//! The durable end of every log, for all that lives behind it: views, consumers, observers.
//!
//! Followers pull. They read recent batches from memory and older ones from the store, so a slow follower costs nothing
//! but its own reading, and none can miss a batch.

use crate::key::ShardId;
use crate::log::entry::Batch;
use crate::store::shared_read::SharedRead;
use crate::store::{Store, StoreError};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tokio::time::Instant;

/// Batches kept in memory per shard, and what they take there.
const RECENT_BATCHES: usize = 512;
const RECENT_BYTES: usize = 2 << 20;
/// Batches fetched from the store at once.
const READ_BATCHES: usize = 256;
/// Bytes that one reader has in hand of all shards together, and a portion of one on top: there are many readers.
pub(crate) const PORTION: usize = 4 << 20;

/// All shards' durable ends.
pub(crate) struct Tail {
    shards: Vec<ShardTail>,
    /// Counts commits and changes of ownership; followers wait on it.
    changes: watch::Sender<u64>,
    store: Arc<dyn Store>,
    /// The ends of all logs, as the store knows them.
    heads: SharedRead<Vec<u64>>,
    /// From which the ends of leases are counted.
    start: Instant,
}

struct ShardTail {
    head: AtomicU64,
    owned: AtomicBool,
    /// When the lease ends, in milliseconds after the start.
    leased_until: AtomicU64,
    /// How often the shard was gained.
    terms: AtomicU64,
    recent: Mutex<Recent>,
}

struct Recent {
    /// With the moment at which each became durable.
    batches: VecDeque<(Instant, Arc<Batch>)>,
    bytes: usize,
    /// What is not here became durable before that.
    since: Instant,
}

impl Recent {
    fn new() -> Self {
        Self { batches: VecDeque::new(), bytes: 0, since: Instant::now() }
    }

    /// How many come before the one after `position`; none when that is not here.
    fn skip_to(&self, position: u64) -> Option<usize> {
        let (_, first) = self.batches.front()?;
        usize::try_from((position + 1).checked_sub(first.position)?).ok()
    }
}

impl Tail {
    pub(crate) fn new(store: Arc<dyn Store>, shards: u16) -> Self {
        Self {
            shards: (0..shards)
                .map(|_| ShardTail {
                    head: AtomicU64::new(0),
                    owned: AtomicBool::new(false),
                    leased_until: AtomicU64::new(0),
                    terms: AtomicU64::new(0),
                    recent: Mutex::new(Recent::new()),
                })
                .collect(),
            changes: watch::Sender::new(0),
            store,
            heads: SharedRead::default(),
            start: Instant::now(),
        }
    }

    pub(crate) fn shards(&self) -> impl Iterator<Item = ShardId> + use<> {
        (0..self.shards.len() as u16).map(ShardId)
    }

    /// Last durable position this node knows of.
    pub(crate) fn head(&self, shard: ShardId) -> u64 {
        self.of(shard).head.load(Ordering::Acquire)
    }

    /// The last durable positions of all shards, whoever writes them: no older than this call.
    pub(crate) async fn heads(&self) -> Result<Vec<u64>, StoreError> {
        self.heads.get(|| self.store.heads(self.shards.len() as u16)).await
    }

    /// Whether this node writes the shard.
    pub(crate) fn is_owned(&self, shard: ShardId) -> bool {
        self.of(shard).owned.load(Ordering::Acquire)
    }

    /// Whether nobody else can have appended: the shard is ours and its lease still runs. A node that was paused for
    /// longer than that still thinks it owns the shard, and what it knows of the log's end is old.
    pub(crate) fn is_leased(&self, shard: ShardId) -> bool {
        self.is_owned(shard) && self.millis(Instant::now()) < self.of(shard).leased_until.load(Ordering::Acquire)
    }

    /// The lease of a shard that is ours was renewed.
    pub(crate) fn leased(&self, shard: ShardId, until: Instant) {
        self.of(shard).leased_until.store(self.millis(until), Ordering::Release);
    }

    fn millis(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX)
    }

    /// The term in which this node writes the shard; views and consumers follow it here only then, and start anew from
    /// their durable positions with every term.
    pub(crate) fn term(&self, shard: ShardId) -> Option<u64> {
        let tail = self.of(shard);
        let term = tail.terms.load(Ordering::Acquire);
        tail.owned.load(Ordering::Acquire).then_some(term)
    }

    /// This node writes the shard until then; its log ends at `head`.
    pub(crate) fn gained(&self, shard: ShardId, head: u64, until: Instant) {
        let tail = self.of(shard);
        self.leased(shard, until);
        if tail.head.swap(head, Ordering::AcqRel) != head {
            *tail.recent.lock().unwrap_or_else(PoisonError::into_inner) = Recent::new();
        }
        if !tail.owned.load(Ordering::Acquire) {
            tail.terms.fetch_add(1, Ordering::AcqRel);
            tail.owned.store(true, Ordering::Release);
        }
        self.wake();
    }

    pub(crate) fn lost(&self, shard: ShardId) {
        if self.of(shard).owned.swap(false, Ordering::AcqRel) {
            self.wake();
        }
    }

    /// A batch is durable.
    pub(crate) fn committed(&self, batch: Arc<Batch>) {
        let tail = self.of(batch.shard);
        let position = batch.position;
        {
            let mut recent = tail.recent.lock().unwrap_or_else(PoisonError::into_inner);
            if recent.batches.back().is_some_and(|(_, last)| last.position + 1 != position) {
                *recent = Recent::new();
            }
            recent.bytes += batch.weight();
            recent.batches.push_back((Instant::now(), batch));
            while recent.batches.len() > RECENT_BATCHES || recent.bytes > RECENT_BYTES {
                let Some((durable_at, gone)) = recent.batches.pop_front() else {
                    break;
                };
                recent.bytes -= gone.weight();
                recent.since = durable_at;
            }
        }
        tail.head.store(position, Ordering::Release);
        self.wake();
    }

    /// Durable batches after `position`, in order; empty when there are none.
    pub(crate) async fn after(&self, shard: ShardId, position: u64) -> Result<Vec<Arc<Batch>>, StoreError> {
        let head = self.head(shard);
        if position >= head {
            return Ok(Vec::new());
        }
        if let Some(batches) = self.recent_after(shard, position) {
            return Ok(batches);
        }
        let limit = READ_BATCHES.min(usize::try_from(head - position).unwrap_or(READ_BATCHES));
        let batches = self.store.read(shard, position + 1, limit).await?;
        if batches.first().is_none_or(|batch| batch.since > position + 1) {
            return Err(StoreError::new(format!(
                "the log of shard {} has no batch at {}, though it ends at {head}",
                shard.0,
                position + 1
            )));
        }
        // What another writer appended meanwhile is not ours to show yet.
        Ok(batches.into_iter().filter(|batch| batch.position <= head).map(Arc::new).collect())
    }

    /// When the first batch after `position` became durable, or a later moment where that was so long ago that nobody
    /// knows; none when there is no such batch.
    pub(crate) fn durable_since(&self, shard: ShardId, position: u64) -> Option<Instant> {
        if position >= self.head(shard) {
            return None;
        }
        let recent = self.of(shard).recent.lock().unwrap_or_else(PoisonError::into_inner);
        let known = recent.skip_to(position).and_then(|skip| recent.batches.get(skip));
        Some(known.map_or(recent.since, |(durable_at, _)| *durable_at))
    }

    fn recent_after(&self, shard: ShardId, position: u64) -> Option<Vec<Arc<Batch>>> {
        let recent = self.of(shard).recent.lock().unwrap_or_else(PoisonError::into_inner);
        let skip = recent.skip_to(position)?;
        Some(recent.batches.iter().skip(skip).map(|(_, batch)| Arc::clone(batch)).collect())
    }

    /// Sees every change after this call.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn wake(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn of(&self, shard: ShardId) -> &ShardTail {
        &self.shards[usize::from(shard.0)]
    }
}
