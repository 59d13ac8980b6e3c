//! Readings under way when the platform is stopped: whoever stops it in order has not met a mail that ends it.

use casewright_service::Shutdown;
use std::sync::Arc;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

/// What is being read. Cloning is cheap and gives the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnderWay {
    stop: Shutdown,
    readings: Arc<RwLock<()>>,
}

/// One reading, until what became of it is in the journal.
pub(crate) struct Reading {
    stop: Shutdown,
    _held: OwnedRwLockReadGuard<()>,
}

impl UnderWay {
    /// Readings that are left when `stop` is requested.
    pub(crate) fn until(stop: Shutdown) -> Self {
        Self { stop, readings: Arc::default() }
    }

    /// Begins one; none: a stop was requested, and the next start reads the mail.
    pub(crate) async fn begin(&self) -> Option<Reading> {
        let held = Arc::clone(&self.readings).read_owned().await;
        (!self.stop.is_requested()).then(|| Reading { stop: self.stop.clone(), _held: held })
    }

    /// Returns when nothing is being read any more; call it when a stop was requested.
    pub(crate) async fn ended(&self) {
        drop(self.readings.write().await);
    }
}

impl Reading {
    /// What it comes to; none: it was left because a stop was requested.
    pub(crate) async fn outcome<F: Future>(&self, work: F) -> Option<F::Output> {
        self.stop.unless_requested(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::poll;
    use std::pin::pin;

    #[tokio::test]
    async fn a_stop_leaves_what_is_read_waits_for_its_note_and_begins_nothing() {
        let stop = Shutdown::new();
        let under_way = UnderWay::until(stop.clone());
        let reading = under_way.begin().await.unwrap();
        assert_eq!(reading.outcome(async { 1 }).await, Some(1));
        {
            let mut left = pin!(reading.outcome(std::future::pending::<()>()));
            assert!(poll!(&mut left).is_pending());
            stop.trigger();
            assert_eq!(left.await, None);
        }
        let mut ended = pin!(under_way.ended());
        assert!(poll!(&mut ended).is_pending(), "it is not noted yet");
        drop(reading);
        ended.await;
        assert!(under_way.begin().await.is_none());
    }
}
