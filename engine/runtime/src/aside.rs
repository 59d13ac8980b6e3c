//! Work that may take long, beside the threads that answer requests: scripts, expressions and models of strangers.
//!
//! A step of an instance goes aside by the journal, in its turn. This is for all that is no step.

use crate::EngineError;
use casewright_journal::{TenantHandle, TenantId, Turns};
use tracing::Span;

/// The places for it, given to organisations in turns.
pub(crate) struct Aside {
    turns: Turns,
    tenant: TenantId,
}

/// Work that came to nothing: it panicked, or the process is going away.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the engine failed over work beside its threads; its log says where")]
pub(crate) struct Undone;

impl From<Undone> for EngineError {
    fn from(_: Undone) -> Self {
        Self::Undone
    }
}

impl Aside {
    /// The places as an organisation is given them.
    pub(crate) fn of(turns: Turns, journal: &TenantHandle) -> Self {
        Self { turns, tenant: journal.tenant().clone() }
    }

    /// Waits for a place in the organisation's turn, does the work there and gives what it came to. Who no longer waits has no part in it: work that
    /// was begun is done to its end, and its place is taken until then.
    ///
    /// # Errors
    /// The work panicked.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Undone> {
        let place = self.turns.take(&self.tenant).await;
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
    use casewright_journal::Weights;

    #[tokio::test]
    async fn work_that_panics_is_told_and_gives_its_place_back() {
        let aside = Aside { turns: Turns::new(1, Weights::default()), tenant: TenantId::default() };
        assert!(aside.run(|| -> () { panic!("on purpose") }).await.is_err());
        assert!(matches!(aside.run(|| 7).await, Ok(7)));
    }
}
