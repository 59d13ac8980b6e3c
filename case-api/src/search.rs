//! The index of all that cases hold, shared by who fills it and who asks it.

use crate::config::SearchConfig;
use casewright_search::Index;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Open while somebody fills it.
pub(crate) struct Search {
    config: SearchConfig,
    index: RwLock<Option<Arc<dyn Index>>>,
    is_caught_up: AtomicBool,
}

impl Search {
    pub(crate) fn new(config: SearchConfig) -> Self {
        Self { config, index: RwLock::new(None), is_caught_up: AtomicBool::new(false) }
    }

    pub(crate) fn config(&self) -> &SearchConfig {
        &self.config
    }

    /// None: it is being opened.
    pub(crate) fn index(&self) -> Option<Arc<dyn Index>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, index: Option<Arc<dyn Index>>) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
    }

    /// Whether it holds all that had happened when it was last written; not while it is built.
    pub(crate) fn is_caught_up(&self) -> bool {
        self.is_caught_up.load(Ordering::Acquire)
    }

    pub(crate) fn caught_up(&self, is_caught_up: bool) {
        self.is_caught_up.store(is_caught_up, Ordering::Release);
    }
}
