//! What every part of the engine stands on.

use crate::config::EngineConfig;
use casewright_engine_value::Instant;
use casewright_journal::TenantHandle;
use std::sync::Arc;
use std::time::Duration;

/// The organisation's journal, with its clock, and the engine's settings. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) journal: TenantHandle,
    pub(crate) config: Arc<EngineConfig>,
}

impl Base {
    /// The time of the journal's clock.
    pub(crate) fn now(&self) -> Instant {
        Instant(self.journal.journal().clock().now().as_millisecond())
    }

    /// From now to an instant, at least a millisecond.
    pub(crate) fn until(&self, at: i64) -> Duration {
        Duration::from_millis(at.saturating_sub(self.now().0).max(1).unsigned_abs())
    }
}
