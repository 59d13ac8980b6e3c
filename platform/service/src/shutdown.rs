//! How everything that runs learns that it is time to stop, in two steps.
//!
//! First the process drains: it serves on, and says that nobody should send it anything any more, so that whoever waits asks
//! elsewhere. Then it stops.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A token to clone into every background job. Once triggered it stays so.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    /// Triggered before the other one, or with it.
    draining: CancellationToken,
    token: CancellationToken,
}

impl Shutdown {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that SIGINT and SIGTERM trigger, after the process has drained for a time. Call it once, inside the runtime.
    ///
    /// # Errors
    /// When the signal handlers cannot be installed.
    pub fn on_signals(drain: Duration) -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let shutdown = Self::new();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let asked = shutdown.clone();
        tokio::spawn(async move {
            let signal = tokio::select! {
                _ = interrupt.recv() => "SIGINT",
                _ = terminate.recv() => "SIGTERM",
            };
            asked.drain();
            if !drain.is_zero() {
                tracing::info!(signal, seconds = drain.as_secs(), "draining");
                // What fails meanwhile stops it sooner.
                if asked.unless_requested(tokio::time::sleep(drain)).await.is_none() {
                    return;
                }
            }
            tracing::info!(signal, "stopping");
            asked.trigger();
        });
        Ok(shutdown)
    }

    /// Asks everybody who waits to be answered, and says that others should be asked from now on. Nothing stops yet.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// Asks everything to stop.
    pub fn trigger(&self) {
        self.drain();
        self.token.cancel();
    }

    /// Returns when it drains or stops; at once when it already does.
    pub async fn draining(&self) {
        self.draining.cancelled().await;
    }

    /// Whether it drains or stops.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Returns when it is time to stop; at once when it already is.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// The bare token, for those who know no service: it is cancelled when this is triggered.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// The bare token of who only waits: it is cancelled when this drains.
    #[must_use]
    pub fn draining_token(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// A token that is triggered with this one, and can be triggered alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { draining: self.draining.child_token(), token: self.token.child_token() }
    }

    /// Runs `work` until it ends or a stop is requested; none when it was stopped.
    pub async fn unless_requested<F: Future>(&self, work: F) -> Option<F::Output> {
        self.token.run_until_cancelled(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_drains_before_it_stops_and_whoever_stops_at_once_drains_too() {
        let shutdown = Shutdown::new();
        let (known, child) = (shutdown.clone(), shutdown.child());
        shutdown.drain();
        assert!(known.is_draining() && child.is_draining() && known.draining_token().is_cancelled());
        assert!(!known.is_requested() && !child.is_requested() && !known.token().is_cancelled());
        shutdown.trigger();
        assert!(known.is_requested() && child.is_requested());

        let (parent, at_once) = (Shutdown::new(), Shutdown::new());
        at_once.trigger();
        assert!(at_once.is_draining());
        parent.child().trigger();
        assert!(!parent.is_draining() && !parent.is_requested(), "it is triggered alone");
    }
}
