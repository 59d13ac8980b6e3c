//! Takes aggregates out of the log of which nothing is wanted any more: what retention comes to on the disk.
//!
//! An aggregate says so itself, by an entry named [`FORGOTTEN`], which is its last. When all views and all consumers are
//! past that entry, its entries and its snapshot go. By then no view holds a row of it, or a view that is built anew would
//! lack it; that is its owner's promise. Batches keep their positions, so no log has a gap; where one process has the
//! store for itself, empty ones that stand side by side take the room of one.

use crate::causes::Causes;
use crate::follow::consumer::{Consumer, TAKEN_UP};
use crate::key::{AggregateKey, ShardId};
use crate::log::tail::Tail;
use crate::store::{Store, StoreError};
use crate::views::group::Views;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::sleep;

/// Name of the entry after which an aggregate has no others.
pub const FORGOTTEN: &str = "forgotten";

/// Its position is kept under this name.
const CONSUMER: &str = "forget";
/// Aggregates that go in one transaction: commits wait for it.
const TOGETHER: usize = 32;
/// Aggregates that wait for somebody who is behind; more are read when these are gone.
const WAITING: usize = 10_000;
/// Positions without anything to forget that may stay unrecorded.
const SILENT_BATCHES: u64 = 4096;
/// How often the log is looked at. Recent batches are still in memory then.
const PAUSE: Duration = Duration::from_millis(200);

/// Reads the logs of this node for what is to be forgotten.
pub(crate) struct Forgetting {
    consumer: Consumer,
    views: Arc<Views>,
    tail: Arc<Tail>,
    store: Arc<dyn Store>,
    /// What is to go, with the position of its last entry.
    waiting: Vec<(ShardId, u64, AggregateKey)>,
    /// How far a shard is read, and what of that is recorded.
    read: HashMap<ShardId, (u64, u64)>,
}

impl Forgetting {
    pub(crate) fn new(views: Arc<Views>, tail: Arc<Tail>, store: Arc<dyn Store>) -> Self {
        let consumer = Consumer::new(CONSUMER, Arc::clone(&tail), Arc::clone(&store));
        Self { consumer, views, tail, store, waiting: Vec::new(), read: HashMap::new() }
    }

    /// Reads on, and forgets what everybody is past. How many aggregates went.
    pub(crate) async fn pass(&mut self) -> Result<u64, StoreError> {
        if self.waiting.len() < WAITING {
            for delivery in self.consumer.take().await? {
                let (shard, position) = (delivery.shard(), delivery.position());
                let known = self.read.entry(shard).or_insert_with(|| (0, position.saturating_sub(1)));
                known.0 = position;
                let last = delivery.batch.entries.iter().filter(|entry| entry.event == FORGOTTEN);
                self.waiting.extend(last.map(|entry| (shard, position, entry.meta.key.clone())));
            }
        }
        let past = self.positions_past().await?;
        let is_past = |(shard, position, _): &(ShardId, u64, AggregateKey)| past.get(shard) >= Some(position);
        let (going, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(is_past);
        self.waiting = waiting;
        let going: Vec<(ShardId, u64, AggregateKey)> = going;
        let keys: Vec<AggregateKey> = going.iter().map(|(.., key)| key.clone()).collect();
        let forgotten = self.forget(&keys).await;
        if forgotten.is_err() {
            // Harmless twice.
            self.waiting.extend(going);
        }
        self.record().await?;
        forgotten
    }

    async fn forget(&self, keys: &[AggregateKey]) -> Result<u64, StoreError> {
        for together in keys.chunks(TOGETHER) {
            self.store.forget(together).await?;
        }
        metrics::counter!("journal_forgotten_total").increment(keys.len() as u64);
        Ok(keys.len() as u64)
    }

    /// Up to where everybody has seen the shards that something waits in. What went to another node is that node's business.
    async fn positions_past(&mut self) -> Result<HashMap<ShardId, u64>, StoreError> {
        let tail = Arc::clone(&self.tail);
        self.waiting.retain(|(shard, ..)| tail.is_owned(*shard));
        self.read.retain(|shard, _| tail.is_owned(*shard));
        let shards: HashSet<ShardId> = self.waiting.iter().map(|(shard, ..)| *shard).collect();
        let mut past = HashMap::new();
        for shard in shards {
            let consumers = self.store.consumers(shard).await?;
            let of_consumers = consumers
                .into_iter()
                .filter(|(name, _)| name != CONSUMER && !name.ends_with(TAKEN_UP))
                .map(|(_, at)| at);
            let of_views = self.views.groups().map(|group| group.position(shard));
            past.insert(shard, of_views.chain(of_consumers).min().unwrap_or(u64::MAX));
        }
        Ok(past)
    }

    async fn record(&mut self) -> Result<(), StoreError> {
        for (shard, (read, recorded)) in &mut self.read {
            // What waits is found again after a restart.
            let first = self.waiting.iter().filter(|(of, ..)| of == shard).map(|(_, position, _)| *position).min();
            let done = first.map_or(*read, |first| first - 1);
            if done.saturating_sub(*recorded) >= SILENT_BATCHES {
                self.consumer.ack(*shard, done).await?;
                *recorded = done;
            }
        }
        Ok(())
    }
}

/// The task: one pass after the other.
pub(crate) async fn follow(forgetting: Arc<Mutex<Forgetting>>) {
    loop {
        sleep(PAUSE).await;
        if let Err(error) = forgetting.lock().await.pass().await {
            tracing::warn!(error = %Causes(&error), "forgetting waits for the store");
        }
    }
}
