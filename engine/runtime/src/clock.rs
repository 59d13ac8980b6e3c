//! The engine's time in conformance mode: the machine's, until somebody sets it.

use casewright_journal::Clock;
use jiff::Timestamp;
use std::sync::{Mutex, PoisonError};

/// A clock that can be stopped at an instant and set free again. Give the same one to the journal and the engine.
#[derive(Debug, Default)]
pub struct ConformanceClock {
    frozen: Mutex<Option<Timestamp>>,
}

impl ConformanceClock {
    /// Stops the time; none sets it free.
    pub fn set(&self, at: Option<Timestamp>) {
        *self.frozen.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

impl Clock for ConformanceClock {
    fn now(&self) -> Timestamp {
        self.frozen.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(Timestamp::now)
    }
}
