//! Hot aggregates of one shard, bounded by size.

use crate::key::AggregateKey;
use std::any::Any;
use std::collections::HashMap;

/// Memory an aggregate is assumed to take besides its encoded size.
const OVERHEAD: usize = 512;

/// One cached aggregate; its state may be ahead of the disk.
pub(crate) struct Slot {
    /// An `Arc<A>`; `None` after a decision left it half done: it must be folded anew.
    pub(crate) state: Option<Box<dyn Any + Send>>,
    pub(crate) version: u64,
    /// Position of the last batch that holds events of it; what is at or below the durable position is durable.
    pub(crate) position: u64,
    /// Encoded size of the last snapshot, and of the events since.
    pub(crate) snapshot_bytes: usize,
    pub(crate) tail_bytes: usize,
    used: u64,
}

impl Slot {
    pub(crate) fn new(state: Box<dyn Any + Send>, version: u64, snapshot_bytes: usize, tail_bytes: usize) -> Self {
        Self { state: Some(state), version, position: 0, snapshot_bytes, tail_bytes, used: 0 }
    }

    pub(crate) fn weight(&self) -> usize {
        OVERHEAD + self.snapshot_bytes + self.tail_bytes
    }

    /// The tail has outgrown the snapshot: folding it costs more than writing a new one.
    pub(crate) fn wants_snapshot(&self, at_least: usize) -> bool {
        self.tail_bytes > self.snapshot_bytes.max(at_least)
    }
}

/// Slots by key, evicted least recently used first.
pub(crate) struct Cache {
    slots: HashMap<AggregateKey, Slot>,
    bytes: usize,
    limit: usize,
    clock: u64,
}

impl Cache {
    pub(crate) fn new(limit: usize) -> Self {
        Self { slots: HashMap::new(), bytes: 0, limit, clock: 0 }
    }

    /// Runs `work` on a slot and keeps count of what it weighs afterwards.
    pub(crate) fn with<T>(&mut self, key: &AggregateKey, work: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        let slot = self.slots.get_mut(key)?;
        self.clock += 1;
        slot.used = self.clock;
        let before = slot.weight();
        let result = work(slot);
        let after = slot.weight();
        self.bytes = self.bytes + after - before;
        Some(result)
    }

    pub(crate) fn insert(&mut self, key: AggregateKey, mut slot: Slot) {
        self.clock += 1;
        slot.used = self.clock;
        self.bytes += slot.weight();
        if let Some(old) = self.slots.insert(key, slot) {
            self.bytes -= old.weight();
        }
    }

    pub(crate) fn remove(&mut self, key: &AggregateKey) {
        if let Some(old) = self.slots.remove(key) {
            self.bytes -= old.weight();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        self.bytes = 0;
    }

    /// Lets go of the least recently used until a tenth of the limit is free. What is not durable stays.
    pub(crate) fn evict(&mut self, durable: u64) {
        if self.bytes <= self.limit {
            return;
        }
        let mut candidates: Vec<(u64, AggregateKey)> = self
            .slots
            .iter()
            .filter(|(_, slot)| slot.position <= durable)
            .map(|(key, slot)| (slot.used, key.clone()))
            .collect();
        candidates.sort_unstable_by_key(|(used, _)| *used);
        let target = self.limit - self.limit / 10;
        for (_, key) in candidates {
            if self.bytes <= target {
                break;
            }
            self.remove(&key);
        }
    }
}
