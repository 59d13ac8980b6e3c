//! The background work of a process. What cannot go on stops the process, and is how it ends.

use anyhow::{Context, Result};
use casewright_service::Shutdown;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Work that runs until a stop is requested.
pub(super) struct Jobs {
    shutdown: Shutdown,
    running: Vec<JoinHandle<Result<()>>>,
}

impl Jobs {
    pub(super) fn new(shutdown: Shutdown) -> Self {
        Self { shutdown, running: Vec::new() }
    }

    /// Starts work. When it fails, or panics, a stop of everything is requested.
    pub(super) fn start(&mut self, work: impl Future<Output = Result<()>> + Send + 'static) {
        let (work, shutdown) = (tokio::spawn(work), self.shutdown.clone());
        self.running.push(tokio::spawn(async move {
            let outcome = work.await.context("a background job broke").flatten();
            if let Err(error) = &outcome {
                tracing::error!(error = format!("{error:#}"), "this process cannot go on; stopping");
                shutdown.trigger();
            }
            outcome
        }));
    }

    /// Waits for all work, each for a while, after a stop was requested.
    ///
    /// # Errors
    /// The first failure.
    pub(super) async fn end(self, limit: Duration) -> Result<()> {
        let mut outcome = Ok(());
        for job in self.running {
            match tokio::time::timeout(limit, job).await {
                Ok(ended) => {
                    let ended = ended.context("a background job broke").flatten();
                    outcome = outcome.and(ended);
                }
                Err(_) => tracing::warn!("a background job did not stop in time"),
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_fails_or_panics_stops_all_and_is_told() {
        for breaks in [false, true] {
            let shutdown = Shutdown::new();
            let mut jobs = Jobs::new(shutdown.clone());
            let requested = shutdown.clone();
            jobs.start(async move {
                requested.requested().await;
                Ok(())
            });
            jobs.start(async move {
                assert!(!breaks, "broken on purpose");
                anyhow::bail!("mail.smtp_listen: taken")
            });
            shutdown.requested().await;
            let error = jobs.end(Duration::from_secs(30)).await.unwrap_err();
            let text = format!("{error:#}");
            assert!(text.contains(if breaks { "a background job broke" } else { "mail.smtp_listen: taken" }), "{text}");
        }
    }
}
