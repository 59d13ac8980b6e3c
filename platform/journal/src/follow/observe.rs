//! Live observers for indexes that live in memory (due timers, fetchable external tasks): every committed entry of the
//! shards this node owns, in order per shard, without gap from where the views are.

use crate::key::ShardId;
use crate::log::entry::Batch;
use crate::log::tail::{PORTION, Tail};
use crate::store::{Store, StoreError};
use crate::views::group::Group;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What an observer sees of a shard.
#[derive(Clone, Debug)]
pub enum Observation {
    /// This node writes the shard now. The views hold everything up to `position`: read them, then apply what follows.
    Gained { shard: ShardId, position: u64 },
    /// Durable now, in the order of the shard's log.
    Committed(Arc<Batch>),
    /// Another node writes the shard now: forget what was remembered of it.
    Lost { shard: ShardId },
}

/// A stream of observations that never skips one.
///
/// Rows read from the views may already hold entries that are still to come, so applying one must set what it says
/// rather than count it: the fold ends in the same place.
pub struct Observations {
    group: Option<Arc<Group>>,
    tail: Arc<Tail>,
    store: Arc<dyn Store>,
    changes: watch::Receiver<u64>,
    /// Term and position per owned shard.
    cursors: HashMap<ShardId, (u64, u64)>,
    ready: VecDeque<Observation>,
    /// The shard that is looked at first: after those that filled the last portion.
    first: usize,
    view_timeout: Duration,
}

impl Observations {
    pub(crate) async fn from_views(
        group: Arc<Group>,
        tail: Arc<Tail>,
        store: Arc<dyn Store>,
        view_timeout: Duration,
    ) -> Result<(Vec<(ShardId, u64)>, Self), StoreError> {
        let changes = tail.subscribe();
        group.all_caught_up(&tail, store.as_ref(), view_timeout).await?;
        let cursors: HashMap<_, _> =
            tail.shards().filter_map(|shard| Some((shard, (tail.term(shard)?, group.position(shard))))).collect();
        let mut start: Vec<_> = cursors.iter().map(|(shard, (_, position))| (*shard, *position)).collect();
        start.sort_unstable();
        let observations =
            Self { group: Some(group), tail, store, changes, cursors, ready: VecDeque::new(), first: 0, view_timeout };
        Ok((start, observations))
    }

    pub(crate) fn live(
        tail: Arc<Tail>,
        store: Arc<dyn Store>,
        from: &HashMap<ShardId, u64>,
        view_timeout: Duration,
    ) -> Self {
        let changes = tail.subscribe();
        let cursors = tail
            .shards()
            .filter_map(|shard| {
                let head = tail.head(shard);
                let position = from.get(&shard).map_or(head, |from| (*from).min(head));
                Some((shard, (tail.term(shard)?, position)))
            })
            .collect();
        Self { group: None, tail, store, changes, cursors, ready: VecDeque::new(), first: 0, view_timeout }
    }

    /// The next observation; waits for it. `Err` when the store could not be read: call again to go on from there.
    pub async fn next(&mut self) -> Result<Observation, StoreError> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Ok(ready);
            }
            self.changes.mark_unchanged();
            self.look().await?;
            if self.ready.is_empty() && self.changes.changed().await.is_err() {
                return Err(StoreError::new("the journal is closed"));
            }
        }
    }

    /// Takes up what is new, shard by shard, until it is a portion: the rest stays in the log until that is seen.
    async fn look(&mut self) -> Result<(), StoreError> {
        let mut weight = 0;
        let shards: Vec<ShardId> = self.tail.shards().collect();
        for shard in shards.iter().cycle().skip(self.first).take(shards.len()).copied() {
            if weight >= PORTION {
                break;
            }
            self.first = (usize::from(shard.0) + 1) % shards.len();
            match (self.tail.term(shard), self.cursors.get(&shard).copied()) {
                (None, None) => {}
                (None, Some(_)) => {
                    self.cursors.remove(&shard);
                    self.ready.push_back(Observation::Lost { shard });
                }
                (Some(term), Some((known, position))) if known == term => {
                    let batches = self.tail.after(shard, position).await?;
                    if let Some(last) = batches.last() {
                        self.cursors.insert(shard, (term, last.position));
                    }
                    weight += batches.iter().map(|batch| batch.weight()).sum::<usize>();
                    self.ready.extend(batches.into_iter().map(Observation::Committed));
                }
                (Some(term), known) => {
                    let position = self.caught_up_position(shard).await?;
                    if known.is_some() {
                        self.ready.push_back(Observation::Lost { shard });
                    }
                    self.cursors.insert(shard, (term, position));
                    self.ready.push_back(Observation::Gained { shard, position });
                }
            }
        }
        Ok(())
    }

    async fn caught_up_position(&self, shard: ShardId) -> Result<u64, StoreError> {
        let Some(group) = &self.group else {
            return Ok(self.tail.head(shard));
        };
        group.all_caught_up(&self.tail, self.store.as_ref(), self.view_timeout).await?;
        Ok(group.position(shard))
    }
}
