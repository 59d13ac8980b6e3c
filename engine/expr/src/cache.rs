//! A bounded cache of parsed texts: what was used least lately gives way. Texts come from deployed models, which a client can deploy
//! without end.

use lru::LruCache;
use std::borrow::Borrow;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) struct Cache<K, V> {
    entries: Mutex<LruCache<K, Arc<V>>>,
}

impl<K: Eq + Hash, V> Cache<K, V> {
    pub(crate) fn new(capacity: NonZeroUsize) -> Self {
        Self { entries: Mutex::new(LruCache::new(capacity)) }
    }

    /// The entry of `key`, made by `make` outside the lock when it is not there. Failures are not kept.
    pub(crate) fn get_or_make<Q, E>(&self, key: &Q, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let found = self.lock().get(key).map(Arc::clone);
        if let Some(found) = found {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        self.lock().put(key.to_owned(), Arc::clone(&made));
        Ok(made)
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<K, Arc<V>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_holds_more_than_its_capacity_and_keeps_what_is_used() {
        let cache: Cache<String, usize> = Cache::new(NonZeroUsize::new(10).unwrap());
        let mut made = 0;
        for n in 0..1_000 {
            let value = cache.get_or_make::<str, ()>(&format!("t{n}"), || Ok(n));
            assert_eq!(value.as_deref(), Ok(&n));
            let hot = cache.get_or_make::<str, ()>("hot", || {
                made += 1;
                Ok(7)
            });
            assert_eq!(hot.as_deref(), Ok(&7));
            assert!(cache.lock().len() <= 10);
        }
        assert_eq!(made, 1);
    }
}
