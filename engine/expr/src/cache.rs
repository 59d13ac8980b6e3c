//! A bounded cache of parsed texts.
//!
//! Two generations instead of a list of uses: a hit in the old generation moves the entry to the young one, and when the
//! young one is full the old one is dropped. That keeps what is in use without bookkeeping on every read. It must never
//! grow beyond twice its capacity: texts come from deployed models, which a client can deploy without end.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) struct Cache<K, V> {
    capacity: usize,
    generations: Mutex<Generations<K, V>>,
}

struct Generations<K, V> {
    young: HashMap<K, Arc<V>>,
    old: HashMap<K, Arc<V>>,
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, generations: Mutex::new(Generations { young: HashMap::new(), old: HashMap::new() }) }
    }

    /// The entry of `key`, made by `make` outside the lock when it is not there. Failures are not kept.
    pub(crate) fn get_or_make<Q, E>(&self, key: &Q, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(found) = self.find(key) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        self.keep(key.to_owned(), Arc::clone(&made));
        Ok(made)
    }

    fn find<Q>(&self, key: &Q) -> Option<Arc<V>>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = generations.young.get(key) {
            return Some(Arc::clone(found));
        }
        let (key, value) = generations.old.remove_entry(key)?;
        let found = Arc::clone(&value);
        generations.insert(key, value, self.capacity);
        Some(found)
    }

    fn keep(&self, key: K, value: Arc<V>) {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value, self.capacity);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.len() + generations.old.len()
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn insert(&mut self, key: K, value: Arc<V>, capacity: usize) {
        if self.young.len() >= capacity {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn never_holds_more_than_twice_its_capacity_and_keeps_what_is_used() {
        let cache: Cache<String, usize> = Cache::new(10);
        let mut made = 0;
        for n in 0..1_000 {
            let value = cache.get_or_make::<str, ()>(&format!("t{n}"), || Ok(n));
            assert_eq!(value.as_deref(), Ok(&n));
            let hot = cache.get_or_make::<str, ()>("hot", || {
                made += 1;
                Ok(7)
            });
            assert_eq!(hot.as_deref(), Ok(&7));
            assert!(cache.len() <= 20);
        }
        assert_eq!(made, 1);
    }
}
