//! How everything that runs learns that it is time to stop.

use tokio_util::sync::CancellationToken;

/// A token to clone into every background job. Once triggered it stays so.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    token: CancellationToken,
}

impl Shutdown {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that SIGINT and SIGTERM trigger. Call it once, inside the runtime.
    ///
    /// # Errors
    /// When the signal handlers cannot be installed.
    pub fn on_signals() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let shutdown = Self::new();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let trigger = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => tracing::info!(signal = "SIGINT", "stopping"),
                _ = terminate.recv() => tracing::info!(signal = "SIGTERM", "stopping"),
            }
            trigger.trigger();
        });
        Ok(shutdown)
    }

    /// Asks everything to stop.
    pub fn trigger(&self) {
        self.token.cancel();
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

    /// A token that is triggered with this one, and can be triggered alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { token: self.token.child_token() }
    }

    /// Runs `work` until it ends or a stop is requested; none when it was stopped.
    pub async fn unless_requested<F: Future>(&self, work: F) -> Option<F::Output> {
        self.token.run_until_cancelled(work).await
    }
}
