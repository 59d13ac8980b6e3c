//! What happens with every call and is told now and then: once for each of whom it is, and time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3600);
/// More than these in one period are not told: a log that strangers fill tells nothing.
const REMEMBERED: usize = 10_000;

/// Remembers of whom something was told.
#[derive(Debug)]
pub struct Seldom<K> {
    period: Duration,
    told: Mutex<HashMap<K, Instant>>,
}

impl<K: Hash + Eq> Seldom<K> {
    #[must_use]
    pub fn every(period: Duration) -> Self {
        Self { period, told: Mutex::default() }
    }

    /// Whether it is to be told now; it is taken as told then.
    pub fn is_due(&self, key: K, now: Instant) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |at: &Instant| now.saturating_duration_since(*at) < self.period;
        if told.get(&key).is_some_and(is_fresh) {
            return false;
        }
        if told.len() >= REMEMBERED {
            told.retain(|_, at| is_fresh(at));
        }
        if told.len() >= REMEMBERED {
            return false;
        }
        told.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_in_a_period_and_strangers_fill_no_memory() {
        let (seldom, start) = (Seldom::every(MINUTE), Instant::now());
        assert!(seldom.is_due(0, start));
        assert!(!seldom.is_due(0, start + MINUTE / 2));
        assert!(seldom.is_due(0, start + MINUTE));
        let told = (1..2 * REMEMBERED).filter(|key| seldom.is_due(*key, start + MINUTE)).count();
        assert_eq!(told, REMEMBERED - 1);
        assert!(seldom.is_due(1, start + MINUTE * 2), "what is past makes room");
    }
}
