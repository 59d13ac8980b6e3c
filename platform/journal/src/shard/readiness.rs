//! Whether the store takes writes, as far as the last append tells; for readiness.

use crate::causes::Causes;
use crate::store::{Store, StoreError};
use std::sync::atomic::{AtomicBool, Ordering};

/// The outcome of the last append.
#[derive(Default)]
pub(crate) struct Writes {
    are_refused: AtomicBool,
}

impl Writes {
    pub(crate) fn took(&self) {
        self.are_refused.store(false, Ordering::Release);
    }

    pub(crate) fn refused(&self) {
        self.are_refused.store(true, Ordering::Release);
    }

    /// After a refusal the store has to take a probe before it counts as working again.
    pub(crate) async fn check(&self, store: &dyn Store) -> Result<(), StoreError> {
        if !self.are_refused.load(Ordering::Acquire) {
            return Ok(());
        }
        if let Err(error) = store.probe().await {
            return Err(StoreError::new(format!("writes are refused: {}", Causes(&error))));
        }
        self.took();
        Ok(())
    }
}
