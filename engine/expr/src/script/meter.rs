//! Who keeps account of how long scripts run.

use casewright_engine_value::EvaluationError;
use std::time::Duration;

/// Is asked before each script in JavaScript, and told after it.
pub trait ScriptMeter: Send + Sync {
    /// May one begin?
    ///
    /// # Errors
    /// Why not.
    fn admit(&self) -> Result<(), EvaluationError>;

    /// One has run for so long: time of the processor where the system tells it, else time of the clock.
    fn spend(&self, time: Duration);
}

/// Keeps none.
pub(crate) struct Unmetered;

impl ScriptMeter for Unmetered {
    fn admit(&self) -> Result<(), EvaluationError> {
        Ok(())
    }

    fn spend(&self, _: Duration) {}
}
