//! Requests for external tasks that wait for one.

use tokio::sync::{Semaphore, watch};

/// Requests that wait.
pub(crate) struct Fetches {
    pub(crate) changes: watch::Sender<u64>,
    pub(crate) parked: Semaphore,
}

impl Fetches {
    pub(crate) fn new(limit: usize) -> Self {
        Self { changes: watch::Sender::new(0), parked: Semaphore::new(limit) }
    }

    /// A task was created or unlocked.
    pub(crate) fn wake(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}
