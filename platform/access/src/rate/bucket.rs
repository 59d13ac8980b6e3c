//! One kind of limit: for each key a bucket that fills as time goes by.
//!
//! The generic cell rate algorithm (ITU-T I.371, annex A): of a key only the time is kept at which its bucket is full again.

use super::config::Rate;
use lru::LruCache;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys that are remembered. Who is forgotten has asked the longest ago and begins anew: memory is not for strangers to take.
const MOST: NonZeroUsize = NonZeroUsize::new(50_000).expect("it is not zero");

/// Where one key stands with its limit after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) limit: &'static str,
    pub(super) rate: Rate,
    /// Requests that are left at once.
    pub(super) left: u32,
    /// Until the request could have been made; none: it may.
    pub(super) wait: Option<Duration>,
}

/// The buckets of one kind of limit; none of them where there is no limit.
pub(super) struct Buckets<K: Hash + Eq> {
    limit: &'static str,
    rate: Rate,
    /// When each is full again.
    full_at: Option<Mutex<LruCache<K, Instant>>>,
}

impl<K: Hash + Eq> Buckets<K> {
    pub(super) fn new(limit: &'static str, rate: Rate) -> Self {
        let burst = if rate.burst == 0 { rate.per_second } else { rate.burst };
        // It grows with use.
        let full_at = (rate.per_second > 0).then(|| {
            let mut keys = LruCache::unbounded();
            keys.resize(MOST);
            Mutex::new(keys)
        });
        Self { limit, rate: Rate { burst, ..rate }, full_at }
    }

    /// Takes one request of what the key has left; none where there is no limit.
    pub(super) fn take(&self, key: K, now: Instant) -> Option<Standing> {
        let Rate { per_second, burst } = self.rate;
        let mut keys = self.full_at.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let one = Duration::from_secs(1) / per_second;
        let standing = |left, wait| Standing { limit: self.limit, rate: self.rate, left, wait };
        let missing = keys.get(&key).map_or(Duration::ZERO, |full| full.saturating_duration_since(now));
        let after = missing + one;
        let most = one * burst;
        if after > most {
            return Some(standing(0, Some(after - most)));
        }
        keys.put(key, now + after);
        let left = (most - after).as_nanos() / one.as_nanos();
        Some(standing(u32::try_from(left).unwrap_or(burst), None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(per_second: u32, burst: u32) -> Buckets<u32> {
        Buckets::new("user", Rate { per_second, burst })
    }

    #[test]
    fn a_burst_is_taken_at_once_and_comes_back_with_time() {
        let (buckets, now) = (buckets(2, 4), Instant::now());
        let left: Vec<u32> = (0..4).map(|_| buckets.take(7, now).unwrap().left).collect();
        assert_eq!(left, [3, 2, 1, 0]);
        let refused = buckets.take(7, now).unwrap();
        assert_eq!((refused.left, refused.wait), (0, Some(Duration::from_millis(500))));
        assert_eq!(buckets.take(8, now).unwrap().wait, None, "everybody has a bucket of their own");
        let later = now + Duration::from_millis(500);
        assert_eq!(buckets.take(7, later).unwrap().wait, None);
        assert!(buckets.take(7, later).unwrap().wait.is_some(), "who is refused has lost nothing, and gained nothing");
        assert_eq!(buckets.take(7, later + Duration::from_secs(60)).unwrap().left, 3, "more than full is not kept");
    }

    #[test]
    fn without_a_rate_there_is_no_limit_and_without_a_burst_it_is_a_second_s() {
        let now = Instant::now();
        assert_eq!(buckets(0, 10).take(1, now), None);
        assert_eq!(buckets(3, 0).take(1, now).unwrap().left, 2);
    }

    #[test]
    fn strangers_do_not_take_the_memory() {
        let (buckets, now) = (buckets(1, 1), Instant::now());
        for key in 0..60_000 {
            buckets.take(key, now);
        }
        assert_eq!(buckets.full_at.as_ref().unwrap().lock().unwrap().len(), MOST.get());
        assert!(buckets.take(59_999, now).unwrap().wait.is_some());
        assert!(buckets.take(1, now).unwrap().wait.is_none(), "the one that asked the longest ago was forgotten");
    }
}
