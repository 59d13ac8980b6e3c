//! How the job executor is told that there may be something to do.

use tokio::sync::watch;

/// Told when a job appears or changes.
#[derive(Default)]
pub(crate) struct Wakeup {
    pub(super) changes: watch::Sender<u64>,
    /// A job of a definition or a batch may be among what changed.
    changes_for_all: watch::Sender<u64>,
}

impl Wakeup {
    /// A job of an instance appeared or changed.
    pub(crate) fn wake(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// A job of a definition or a batch did, or one of many instances.
    pub(crate) fn wake_for_all(&self) {
        self.changes_for_all.send_modify(|count| *count += 1);
        self.wake();
    }

    /// Told when a job of a definition or a batch appears or changes.
    pub(crate) fn subscribe_for_all(&self) -> watch::Receiver<u64> {
        self.changes_for_all.subscribe()
    }
}
