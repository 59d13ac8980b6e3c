//! What an evaluation may cost, and how it fails.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Bounds of one evaluation. The defaults are for texts of people who are trusted to deploy, not to be careful.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Parts of the text that are evaluated, each as often as it is.
    pub steps: u64,
    /// Bytes of all texts, lists and contexts that are made on the way.
    pub bytes: u64,
    /// Evaluations within evaluations, as calls of functions make them.
    pub depth: u32,
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 1_000_000, bytes: 64 << 20, depth: 1_000, time: Duration::from_secs(1) }
    }
}

/// Why an evaluation gave no value. What FEEL cannot compute is null, not this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// More than the [`Budget`] allows.
    #[error("{what} exceeded its limit of {limit}")]
    Limit { what: &'static str, limit: String },
    /// `assert` found its condition not to hold.
    #[error("{0}")]
    Assertion(String),
}

/// The clock is looked at after so many steps.
const STEPS_A_LOOK: u64 = 512;

/// What is left of a budget.
pub(crate) struct Meter {
    budget: Budget,
    steps: Cell<u64>,
    bytes: Cell<u64>,
    depth: Cell<u32>,
    begun: Instant,
}

impl Meter {
    pub(crate) fn new(budget: Budget) -> Self {
        Self { budget, steps: Cell::new(0), bytes: Cell::new(0), depth: Cell::new(0), begun: Instant::now() }
    }

    pub(crate) fn step(&self) -> Result<(), Failure> {
        self.steps(1)
    }

    pub(crate) fn steps(&self, count: u64) -> Result<(), Failure> {
        let before = self.steps.get();
        let steps = before.saturating_add(count);
        self.steps.set(steps);
        if steps > self.budget.steps {
            return Err(limit("number of steps of a FEEL expression", self.budget.steps.to_string()));
        }
        if before / STEPS_A_LOOK != steps / STEPS_A_LOOK && self.begun.elapsed() > self.budget.time {
            return Err(limit("time of a FEEL expression", format!("{} ms", self.budget.time.as_millis())));
        }
        Ok(())
    }

    pub(crate) fn take(&self, bytes: u64) -> Result<(), Failure> {
        let bytes = self.bytes.get().saturating_add(bytes);
        self.bytes.set(bytes);
        if bytes > self.budget.bytes {
            return Err(limit("memory of a FEEL expression", format!("{} MiB", self.budget.bytes >> 20)));
        }
        Ok(())
    }

    pub(crate) fn enter(&self) -> Result<(), Failure> {
        let depth = self.depth.get() + 1;
        if depth > self.budget.depth {
            return Err(limit("recursion of a FEEL expression", self.budget.depth.to_string()));
        }
        self.depth.set(depth);
        Ok(())
    }

    pub(crate) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }
}

pub(crate) fn limit(what: &'static str, limit: String) -> Failure {
    Failure::Limit { what, limit }
}
