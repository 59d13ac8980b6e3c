//! Work that may take long, beside the threads that answer requests: scripts, expressions and models of strangers.
//!
//! A step of an instance goes aside by the journal, in its turn. This is for all that is no step.

use crate::EngineError;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tracing::Span;

/// The places for it.
pub(crate) struct Aside(Arc<Semaphore>);

/// Work that came to nothing: it panicked, or the process is going away.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the engine failed over work beside its threads; its log says where")]
pub(crate) struct Undone;

impl From<Undone> for EngineError {
    fn from(_: Undone) -> Self {
        Self::Undone
    }
}

impl Default for Aside {
    /// As many at once as there are processors, twice: they compute, and what computes more than that only waits.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Semaphore::new((2 * processors).max(4))))
    }
}

impl Aside {
    /// Waits for a place, does the work there and gives what it came to. Who no longer waits has no part in it: work that
    /// was begun is done to its end, and its place is taken until then.
    ///
    /// # Errors
    /// The work panicked.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Undone> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|_| Undone)?;
        let span = Span::current();
        let doing = tokio::task::spawn_blocking(move || {
            let _place = place;
            span.in_scope(work)
        });
        doing.await.map_err(|error| {
            tracing::error!(%error, "work on a thread of its own was not done");
            Undone
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_told_and_gives_its_place_back() {
        let aside = Aside(Arc::new(Semaphore::new(1)));
        assert!(aside.run(|| -> () { panic!("on purpose") }).await.is_err());
        assert!(matches!(aside.run(|| 7).await, Ok(7)));
    }
}
