//! Reads all shards this node owns, in order per shard, at least once, with durable positions by name.

use crate::key::ShardId;
use crate::log::entry::Batch;
use crate::log::tail::{PORTION, Tail};
use crate::store::{Store, StoreError};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::watch;

/// Behind the name of a consumer: where it was taken up last, which is no position that anything waits for.
pub(crate) const TAKEN_UP: &str = "?taken-up";

/// See [`crate::Journal::is_taken_up_again`].
pub(crate) async fn is_taken_up_again(
    store: &dyn Store,
    consumer: &str,
    shard: ShardId,
    resumed: Resumed,
) -> Result<bool, StoreError> {
    let mark = format!("{consumer}{TAKEN_UP}");
    // One more than the position, for none is nought.
    let here = resumed.after + 1;
    if store.consumer_position(&mark, shard).await? == here {
        return Ok(true);
    }
    store.put_consumer_position(&mark, shard, here).await?;
    Ok(false)
}

/// A batch to be handled and then acknowledged.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub batch: Arc<Batch>,
    pub resumed: Resumed,
}

/// Where the reading of a shard was taken up, by this process or since the shard came back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// Acknowledged before.
    pub after: u64,
    /// What was there then: up to here it may have been handled before, in part.
    pub to: u64,
}

#[derive(Clone, Copy)]
struct Cursor {
    term: u64,
    position: u64,
    resumed: Resumed,
}

impl Delivery {
    #[must_use]
    pub fn shard(&self) -> ShardId {
        self.batch.shard
    }

    #[must_use]
    pub fn position(&self) -> u64 {
        self.batch.position
    }
}

/// A named reader. After a restart (or when another node takes a shard over) it goes on after the last acknowledged
/// position, so a delivery may come again: handling must be idempotent by `(aggregate, seq)`.
pub struct Consumer {
    name: String,
    tail: Arc<Tail>,
    store: Arc<dyn Store>,
    changes: watch::Receiver<u64>,
    /// Of the last delivery per shard.
    cursors: HashMap<ShardId, Cursor>,
    ready: VecDeque<Delivery>,
    /// The shard that is looked at first: after those that filled the last portion.
    first: usize,
}

impl Consumer {
    pub(crate) fn new(name: &str, tail: Arc<Tail>, store: Arc<dyn Store>) -> Self {
        Self {
            name: name.to_owned(),
            changes: tail.subscribe(),
            tail,
            store,
            cursors: HashMap::new(),
            ready: VecDeque::new(),
            first: 0,
        }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next batch; waits for it. `Err` when the store could not be read: call again to go on from there.
    pub async fn next(&mut self) -> Result<Delivery, StoreError> {
        loop {
            if let Some(delivery) = self.ready.pop_front() {
                // A shard that went elsewhere meanwhile is read there.
                if self.tail.is_owned(delivery.shard()) {
                    return Ok(delivery);
                }
                continue;
            }
            self.changes.mark_unchanged();
            self.look().await?;
            if self.ready.is_empty() && self.changes.changed().await.is_err() {
                return Err(StoreError::new("the journal is closed"));
            }
        }
    }

    /// What there is by now, or a portion of it; does not wait for more.
    pub(crate) async fn take(&mut self) -> Result<Vec<Delivery>, StoreError> {
        self.look().await?;
        let ready = std::mem::take(&mut self.ready);
        Ok(ready.into_iter().filter(|delivery| self.tail.is_owned(delivery.shard())).collect())
    }

    /// Takes up what is new, shard by shard, until it is a portion: the rest stays in the log until that is handled.
    async fn look(&mut self) -> Result<(), StoreError> {
        let mut weight = 0;
        let shards: Vec<ShardId> = self.tail.shards().collect();
        for shard in shards.iter().cycle().skip(self.first).take(shards.len()).copied() {
            if weight >= PORTION {
                break;
            }
            self.first = (usize::from(shard.0) + 1) % shards.len();
            let Some(term) = self.tail.term(shard) else {
                self.cursors.remove(&shard);
                continue;
            };
            let cursor = match self.cursors.get(&shard) {
                Some(known) if known.term == term => *known,
                _ => {
                    let position = self.store.consumer_position(&self.name, shard).await?;
                    let resumed = Resumed { after: position, to: self.tail.head(shard) };
                    let cursor = Cursor { term, position, resumed };
                    self.cursors.insert(shard, cursor);
                    cursor
                }
            };
            let batches = self.tail.after(shard, cursor.position).await?;
            if let Some(last) = batches.last() {
                self.cursors.insert(shard, Cursor { position: last.position, ..cursor });
            }
            weight += batches.iter().map(|batch| batch.weight()).sum::<usize>();
            let resumed = cursor.resumed;
            self.ready.extend(batches.into_iter().map(|batch| Delivery { batch, resumed }));
        }
        Ok(())
    }

    /// Everything of the shard up to `position` is handled; durable when it returns.
    pub async fn ack(&self, shard: ShardId, position: u64) -> Result<(), StoreError> {
        self.store.put_consumer_position(&self.name, shard, position).await
    }

    /// Batches of all owned shards that are durable and not yet acknowledged.
    pub async fn lag(&self) -> Result<u64, StoreError> {
        let mut lag = 0;
        for shard in self.tail.shards().filter(|s| self.tail.is_owned(*s)) {
            let acknowledged = self.store.consumer_position(&self.name, shard).await?;
            lag += self.tail.head(shard).saturating_sub(acknowledged);
        }
        Ok(lag)
    }
}
