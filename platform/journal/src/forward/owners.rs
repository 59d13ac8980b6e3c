//! Who owns which shard, as far as this node was told; and the order of the commands that it sends elsewhere.

use crate::key::{AggregateKey, ShardId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lines in which commands wait for each other. Two aggregates that share one wait for nothing, but seldom.
const LINES: usize = 1024;

/// The addresses of owners. What is remembered may be old: then whoever is asked says so, or does not answer.
#[derive(Default)]
pub(crate) struct Owners(Mutex<HashMap<ShardId, String>>);

impl Owners {
    pub(crate) fn of(&self, shard: ShardId) -> Option<String> {
        self.lock().get(&shard).cloned()
    }

    pub(crate) fn learned(&self, shard: ShardId, address: String) {
        self.lock().insert(shard, address);
    }

    pub(crate) fn forget(&self, shard: ShardId) {
        self.lock().remove(&shard);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ShardId, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One command of an aggregate after the other: those of one node would else only get into each other's way at the owner.
pub(crate) struct Lines(Vec<tokio::sync::Mutex<()>>);

impl Default for Lines {
    fn default() -> Self {
        Self((0..LINES).map(|_| tokio::sync::Mutex::default()).collect())
    }
}

impl Lines {
    pub(crate) async fn turn(&self, key: &AggregateKey) -> tokio::sync::MutexGuard<'_, ()> {
        self.0[(key.hash64() % LINES as u64) as usize].lock().await
    }
}
