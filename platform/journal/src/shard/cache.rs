//! Hot aggregates of one shard, bounded by size.

use crate::key::AggregateKey;
use crate::log::entry::Entry;
use crate::shard::snapshot::Frozen;
use crate::store::StoreError;
use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Applies entries to a state of the type it is made for.
type Apply = fn(&mut Box<dyn Any + Send>, &[Entry]) -> Result<(), StoreError>;

/// What was used so recently stays, however large: it would else be folded anew for its next command.
const RECENT: u64 = 64;
/// Memory an aggregate is assumed to take besides its encoded size.
const OVERHEAD: usize = 512;

/// One cached aggregate; its state may be ahead of the disk.
pub(crate) struct Slot {
    /// An `Arc<A>`; `None` when only the version is known, or after a decision left it half done: it must be folded anew.
    pub(crate) state: Option<Box<dyn Any + Send>>,
    /// What can be done with the state by who does not know its type.
    typed: Option<Typed>,
    pub(crate) version: u64,
    /// Position of the last batch that holds events of it; what is at or below the durable position is durable.
    pub(crate) position: u64,
    /// Encoded size of the last snapshot, and of the events since.
    pub(crate) snapshot_bytes: usize,
    pub(crate) tail_bytes: usize,
    used: u64,
}

/// Of one type of aggregate: plain functions, so a writer needs no types.
#[derive(Clone, Copy)]
pub(crate) struct Typed {
    /// Takes the state on by entries that come after it.
    pub(crate) apply: Apply,
    /// The state as it is now, to be encoded on another thread.
    pub(crate) freeze: fn(&(dyn Any + Send)) -> Option<Frozen>,
}

impl Slot {
    pub(crate) fn new(
        state: Box<dyn Any + Send>,
        typed: Typed,
        version: u64,
        snapshot_bytes: usize,
        tail_bytes: usize,
    ) -> Self {
        Self { state: Some(state), typed: Some(typed), ..Self::without_state(version, snapshot_bytes, tail_bytes) }
    }

    /// For who needs its version only.
    pub(crate) fn without_state(version: u64, snapshot_bytes: usize, tail_bytes: usize) -> Self {
        Self { state: None, typed: None, version, position: 0, snapshot_bytes, tail_bytes, used: 0 }
    }

    /// Takes it on by entries that were decided elsewhere. A state that cannot follow is folded anew when it is wanted.
    pub(crate) fn follow(&mut self, entries: &[Entry], position: u64) {
        if let Some((state, typed)) = self.state.as_mut().zip(self.typed) {
            let applied = catch_unwind(AssertUnwindSafe(|| (typed.apply)(state, entries)));
            if !matches!(applied, Ok(Ok(()))) {
                tracing::error!(entries = entries.len(), "what another node decided cannot be applied here");
                self.state = None;
            }
        }
        self.version += entries.len() as u64;
        self.position = position;
        self.tail_bytes += entries.iter().map(|entry| entry.payload.len()).sum::<usize>();
    }

    /// The state as it is now, for a snapshot, on the caller's time: encoding it is for another thread.
    pub(crate) fn freeze(&self) -> Option<Frozen> {
        (self.typed?.freeze)(self.state.as_deref()?)
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
        drop(self.take(key));
    }

    /// Out of the cache, for whoever works on it elsewhere.
    pub(crate) fn take(&mut self, key: &AggregateKey) -> Option<Slot> {
        let slot = self.slots.remove(key)?;
        self.bytes -= slot.weight();
        Some(slot)
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
            .filter(|(_, slot)| slot.position <= durable && slot.used + RECENT <= self.clock)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(bytes: usize) -> Slot {
        Slot::without_state(1, bytes, 0)
    }

    fn key(id: &str) -> AggregateKey {
        AggregateKey::new(&crate::TenantId::default(), "case", id)
    }

    fn holds(cache: &Cache, id: &str) -> bool {
        cache.slots.contains_key(&key(id))
    }

    /// Other work, until nothing that came before is recent.
    fn go_on(cache: &mut Cache) {
        for _ in 0..RECENT {
            cache.insert(key("other"), slot(0));
        }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut cache = Cache::new(10 * OVERHEAD);
        for id in ["a", "b", "c"] {
            cache.insert(key(id), slot(3 * OVERHEAD));
        }
        cache.with(&key("a"), |_| ());
        go_on(&mut cache);
        cache.evict(0);
        assert!(holds(&cache, "a") && !holds(&cache, "b") && holds(&cache, "c"));
    }

    #[test]
    fn one_that_is_larger_than_the_cache_stays_while_it_is_worked_on() {
        let mut cache = Cache::new(10 * OVERHEAD);
        cache.insert(key("giant"), slot(100 * OVERHEAD));
        for n in 0..3 * RECENT {
            cache.insert(key(&n.to_string()), slot(OVERHEAD));
            cache.evict(0);
            assert!(n % 50 > 0 || cache.with(&key("giant"), |_| ()).is_some(), "after {n}");
        }
        assert!(!holds(&cache, "0"));
        go_on(&mut cache);
        cache.evict(0);
        assert!(!holds(&cache, "giant"));
    }

    #[test]
    fn what_is_not_durable_stays() {
        let mut cache = Cache::new(OVERHEAD);
        cache.insert(key("ahead"), slot(OVERHEAD));
        cache.with(&key("ahead"), |slot| slot.position = 7);
        go_on(&mut cache);
        cache.evict(6);
        assert!(holds(&cache, "ahead"));
        cache.evict(7);
        assert!(!holds(&cache, "ahead"));
    }
}
