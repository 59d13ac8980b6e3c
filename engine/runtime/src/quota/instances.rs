//! How many root process instances of an organisation are open, for its quota.
//!
//! Where one process has the store for itself they are counted in memory, with those that are about to begin, so the quota is
//! kept exactly. Where several do, and while memory is being filled after a start, the view is counted every few seconds,
//! and what begins meanwhile is added: then nodes together may be over it by what they start in that time.

use super::OverQuota;
use crate::EngineResult;
use crate::base::Base;
use crate::waiting::{Beginning, Filled};
use casewright_engine_core::ids::Prefix;
use casewright_engine_views as views;
use casewright_journal::Query;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How old a count of the view may get.
const RECOUNT: Duration = Duration::from_secs(5);

/// The count of an organisation.
pub(crate) struct OpenInstances {
    base: Base,
    most: Option<u64>,
    waiting: Filled,
    counted: Mutex<Option<Counted>>,
}

/// The view, when it was counted, with what began here since.
struct Counted {
    open: u64,
    at: Instant,
}

impl OpenInstances {
    pub(crate) fn new(base: Base, most: Option<u64>, waiting: Filled) -> Self {
        Self { base, most, waiting, counted: Mutex::default() }
    }

    /// May another one begin? To be kept until it has; none: it is not counted one by one.
    ///
    /// # Errors
    /// There are as many as there may be; the view cannot be counted.
    pub(crate) async fn admit(&self, prefix: Prefix) -> EngineResult<Option<Beginning>> {
        let Some(most) = self.most else {
            return Ok(None);
        };
        let Some(waiting) = self.waiting.get() else {
            return self.admit_by_view(most).await.map(|()| None);
        };
        if let Some(beginning) = waiting.begin(prefix, most) {
            return Ok(Some(beginning));
        }
        // What has just ended may not be known there yet.
        waiting.caught_up(self.base.journal.journal()).await;
        let beginning = waiting.begin(prefix, most).ok_or_else(|| self.over(most))?;
        Ok(Some(beginning))
    }

    async fn admit_by_view(&self, most: u64) -> EngineResult<()> {
        // Held while counting: who comes second must see what the first one took.
        let mut counted = self.counted.lock().await;
        let mut count = match counted.take().filter(|counted| counted.at.elapsed() < RECOUNT) {
            Some(counted) => counted,
            None => Counted { open: self.in_view().await?, at: Instant::now() },
        };
        let has_room = count.open < most;
        if has_room {
            count.open += 1;
        }
        *counted = Some(count);
        if has_room { Ok(()) } else { Err(self.over(most).into()) }
    }

    /// How many there are.
    ///
    /// # Errors
    /// The view cannot be counted.
    pub(crate) async fn count(&self) -> EngineResult<u64> {
        match self.waiting.get().and_then(|waiting| waiting.open_roots()) {
            Some(open) => Ok(open),
            None => self.in_view().await,
        }
    }

    async fn in_view(&self) -> EngineResult<u64> {
        Ok(self.base.journal.count(&Query::new(views::PROCESS_INSTANCE, crate::waiting::is_root())).await?)
    }

    fn over(&self, most: u64) -> OverQuota {
        OverQuota::Instances { most }.counted(self.base.journal.tenant())
    }
}
