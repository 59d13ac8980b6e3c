//! Leaking counters by key, in bounded memory.

use lru::LruCache;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

/// As many failures as the limit leak away in this time.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// The first closing of a door, doubled by each further one.
const FIRST_CLOSING: Duration = Duration::from_secs(30);
const LONGEST_CLOSING: Duration = Duration::from_secs(15 * 60);
/// A door that was closed stays suspicious for so long.
const SUSPICION: Duration = Duration::from_secs(24 * 3600);
/// What waits for attempts under way; they take milliseconds.
const BUSY: Duration = Duration::from_secs(1);
/// Keys that are counted, and beside them those that were closed: strangers who try ever new names push out each other,
/// never a door that they have closed.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(50_000).unwrap();

#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Failures that close the door.
    pub(super) limit: u32,
    /// Once closed, every single failure closes it again. Not for what many people share.
    pub(super) is_remembered: bool,
}

pub(super) struct Buckets<K: Hash + Eq> {
    rule: Rule,
    open: LruCache<K, Failures>,
    closed: LruCache<K, Failures>,
}

#[derive(Clone, Debug)]
struct Failures {
    level: f64,
    /// Attempts under way.
    pending: u32,
    closings: u32,
    until: Option<Instant>,
    last: Option<Instant>,
}

/// One counter.
pub(super) trait Bucket {
    /// How long the next attempt must wait; zero: not at all.
    fn wait(&mut self, now: Instant) -> Duration;
    fn begin(&mut self);
    /// An attempt that began did not fail.
    fn give_back(&mut self);
    /// An attempt that began failed.
    fn fail(&mut self, now: Instant);
}

pub(super) struct Of<'a, K: Hash + Eq> {
    buckets: &'a mut Buckets<K>,
    key: K,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    pub(super) fn new(rule: Rule) -> Self {
        Self { rule, open: LruCache::new(CAPACITY), closed: LruCache::new(CAPACITY) }
    }

    pub(super) fn of(&mut self, key: K) -> Of<'_, K> {
        Of { buckets: self, key }
    }

    /// Forgets failures, not attempts under way.
    pub(super) fn forget(&mut self, key: &K) {
        let pending = self.peek(key).map_or(0, |failures| failures.pending);
        self.closed.pop(key);
        self.open.pop(key);
        if pending > 0 {
            self.open.put(key.clone(), Failures { pending, ..Failures::none() });
        }
    }

    fn peek(&self, key: &K) -> Option<&Failures> {
        self.closed.peek(key).or_else(|| self.open.peek(key))
    }
}

impl Failures {
    fn none() -> Self {
        Self { level: 0.0, pending: 0, closings: 0, until: None, last: None }
    }

    /// What has leaked away is gone.
    fn leak(&mut self, rule: Rule, now: Instant) {
        let Some(last) = self.last else { return };
        let quiet = now.saturating_duration_since(last);
        let level = self.level - quiet.as_secs_f64() / WINDOW.as_secs_f64() * f64::from(rule.limit);
        self.level = level.max(0.0);
        let is_forgiven = if rule.is_remembered { quiet >= SUSPICION } else { self.level == 0.0 };
        if is_forgiven {
            self.closings = 0;
        }
        self.last = Some(now.max(last));
    }

    fn closing(&self) -> Duration {
        let doublings = self.closings.saturating_sub(1).min(16);
        (FIRST_CLOSING * 2_u32.pow(doublings)).min(LONGEST_CLOSING)
    }
}

impl<K: Hash + Eq> Of<'_, K> {
    fn failures(&mut self) -> Option<&mut Failures> {
        // Asking makes neither younger: only failures do.
        let Buckets { open, closed, .. } = &mut *self.buckets;
        closed.peek_mut(&self.key).or_else(|| open.peek_mut(&self.key))
    }
}

impl<K: Hash + Eq + Clone> Bucket for Of<'_, K> {
    fn wait(&mut self, now: Instant) -> Duration {
        let rule = self.buckets.rule;
        let Some(failures) = self.failures() else { return Duration::ZERO };
        let closed = failures.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        if !closed.is_zero() {
            return closed;
        }
        let mut leaked = failures.clone();
        leaked.leak(rule, now);
        let is_suspicious = rule.is_remembered && leaked.closings > 0;
        let limit = if is_suspicious { 1.0 } else { f64::from(rule.limit) };
        let level = if is_suspicious { 0.0 } else { leaked.level };
        let is_busy = leaked.pending > 0 && level + f64::from(leaked.pending) > limit - 1.0;
        if is_busy { BUSY } else { Duration::ZERO }
    }

    fn begin(&mut self) {
        if let Some(failures) = self.failures() {
            failures.pending += 1;
            return;
        }
        let failures = Failures { pending: 1, ..Failures::none() };
        self.buckets.open.put(self.key.clone(), failures);
    }

    fn give_back(&mut self) {
        // Gone when others have pushed it out meanwhile.
        if let Some(failures) = self.failures() {
            failures.pending = failures.pending.saturating_sub(1);
        }
    }

    fn fail(&mut self, now: Instant) {
        let rule = self.buckets.rule;
        let key = self.key.clone();
        let buckets = &mut *self.buckets;
        let known = buckets.closed.pop(&key).or_else(|| buckets.open.pop(&key));
        let mut failures = known.unwrap_or_else(Failures::none);
        failures.pending = failures.pending.saturating_sub(1);
        failures.leak(rule, now);
        failures.last = Some(now);
        failures.level += 1.0;
        // A little has leaked away between failures that came one after another.
        let is_full = failures.level > f64::from(rule.limit) - 0.5;
        if is_full || (rule.is_remembered && failures.closings > 0) {
            failures.closings += 1;
            failures.until = Some(now + failures.closing());
        }
        let place = if failures.closings > 0 { &mut buckets.closed } else { &mut buckets.open };
        place.put(key, failures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { limit: 3, is_remembered: true };

    #[test]
    fn ever_new_names_do_not_open_a_door_that_is_closed() {
        let now = Instant::now();
        let mut buckets = Buckets::new(RULE);
        for _ in 0..3 {
            buckets.of(0_u64).fail(now);
        }
        for name in 1..=u64::try_from(CAPACITY.get()).unwrap() + 10 {
            buckets.of(name).fail(now);
        }
        assert!(!buckets.of(0).wait(now).is_zero());
        assert_eq!(buckets.open.len(), CAPACITY.get());
    }

    #[test]
    fn failures_leak_away() {
        let start = Instant::now();
        let mut buckets = Buckets::new(RULE);
        for n in 0..20 {
            let now = start + WINDOW / 2 * n;
            assert!(buckets.of(()).wait(now).is_zero(), "{n}");
            buckets.of(()).fail(now);
        }
    }

    #[test]
    fn what_was_right_leaves_nothing_behind() {
        let now = Instant::now();
        let mut buckets = Buckets::new(RULE);
        for _ in 0..3 {
            buckets.of(()).fail(now);
        }
        buckets.forget(&());
        for _ in 0..2 {
            buckets.of(()).fail(now);
            assert!(buckets.of(()).wait(now).is_zero());
        }
    }
}
