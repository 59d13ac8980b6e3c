//! Process instances: starting them, and every step that they take afterwards.

mod act;
mod decide;
mod panic;
mod step;

pub use act::Restarted;
pub use decide::Submission;
pub use step::Stepped;

use crate::Words;
use crate::base::Base;
use crate::fetches::Fetches;
use crate::instances::decide::Decider;
use crate::jobs::Wakeup;
use crate::quota::{OpenInstances, ScriptTime};
use crate::registry::Catalog;
use casewright_engine_core::ids::Prefix;
use casewright_engine_expr::Expressions;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The process instances of an organisation.
pub struct Instances {
    pub(crate) base: Base,
    decider: Arc<Decider>,
    fetches: Arc<Fetches>,
    wakeup: Arc<Wakeup>,
    open: Arc<OpenInstances>,
    /// The next prefix's count.
    prefixes: AtomicU64,
}

impl Instances {
    pub(crate) fn new(
        base: Base,
        catalog: Arc<Catalog>,
        expressions: Arc<Expressions>,
        fetches: Arc<Fetches>,
        wakeup: Arc<Wakeup>,
        words: Words,
        open: Arc<OpenInstances>,
        scripts: Arc<ScriptTime>,
    ) -> Self {
        let decider = Arc::new(Decider { config: Arc::clone(&base.config), catalog, expressions, words, scripts });
        let prefixes = AtomicU64::new(uuid::Uuid::new_v4().as_u128() as u64);
        Self { base, decider, fetches, wakeup, open, prefixes }
    }

    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.decider.catalog
    }

    /// The prefix of a new root process instance: seconds since 1970, then a count that began at a random number. Rows that
    /// are written together so lie together in every index, and no two processes give the same prefix: they would have
    /// to count through the same numbers in the same second.
    pub fn new_prefix(&self) -> Prefix {
        let seconds = self.base.journal.journal().clock().now().as_second() as u32;
        let count = self.prefixes.fetch_add(1, Ordering::Relaxed);
        let mut bits = [0; 10];
        bits[..4].copy_from_slice(&seconds.to_be_bytes());
        bits[4..].copy_from_slice(&count.to_be_bytes()[2..]);
        Prefix::new(bits)
    }
}
