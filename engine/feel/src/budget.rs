//! What an evaluation may cost, and how it fails.

use std::cell::Cell;
use std::fmt::{Display, Formatter};
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

/// Why an evaluation gave no value. What FEEL cannot compute is null, not this. It is as small as a value is: each step of an
/// evaluation hands on one or the other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// More than the [`Budget`] allows.
    #[error("{what} exceeded its limit of {0}", what = .0.what())]
    Limit(Bound),
    /// `assert` found its condition not to hold, or Camunda's reading is asked for an input where there is none.
    #[error("{0}")]
    Assertion(Box<str>),
    /// What a path leads to is called and is no function, which in Camunda's reading is no value. Where an operand that is none
    /// makes null, this does as well.
    #[error("{0}")]
    NoFunction(Box<str>),
}

/// A bound that an evaluation reached. Its text is how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    Steps(u64),
    Bytes(u64),
    Depth(u32),
    /// Lists and contexts within one another.
    Nesting(u32),
    Milliseconds(u64),
}

impl Bound {
    /// What it bounds, for people.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self {
            Self::Steps(_) => "number of steps of a FEEL expression",
            Self::Bytes(_) => "memory of a FEEL expression",
            Self::Depth(_) => "recursion of a FEEL expression",
            Self::Nesting(_) => "nesting of a FEEL value",
            Self::Milliseconds(_) => "time of a FEEL expression",
        }
    }
}

impl Display for Bound {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Steps(count) => count.fmt(f),
            Self::Bytes(bytes) => write!(f, "{} MiB", bytes >> 20),
            Self::Depth(levels) | Self::Nesting(levels) => levels.fmt(f),
            Self::Milliseconds(time) => write!(f, "{time} ms"),
        }
    }
}

/// The clock is looked at after so many steps.
const STEPS_A_LOOK: u64 = 512;
/// The clock runs from here on.
const STEPS_BEFORE_THE_CLOCK: u64 = 32;

/// What is left of a budget.
pub(crate) struct Meter {
    budget: Budget,
    steps: Cell<u64>,
    bytes: Cell<u64>,
    depth: Cell<u32>,
    /// Known after some steps: most evaluations have no more, and a look at the clock costs as much as ten of them.
    begun: Cell<Option<Instant>>,
}

impl Meter {
    #[inline]
    pub(crate) fn new(budget: Budget) -> Self {
        Self { budget, steps: Cell::new(0), bytes: Cell::new(0), depth: Cell::new(0), begun: Cell::new(None) }
    }

    #[inline]
    pub(crate) fn step(&self) -> Result<(), Failure> {
        self.steps(1)
    }

    #[inline]
    pub(crate) fn steps(&self, count: u64) -> Result<(), Failure> {
        let before = self.steps.get();
        let steps = before.saturating_add(count);
        self.steps.set(steps);
        if steps < STEPS_BEFORE_THE_CLOCK && steps <= self.budget.steps {
            return Ok(());
        }
        self.check(before, steps)
    }

    /// After so many steps, when there were `before` the last of them.
    #[inline(never)]
    fn check(&self, before: u64, steps: u64) -> Result<(), Failure> {
        if steps > self.budget.steps {
            return Err(Failure::Limit(Bound::Steps(self.budget.steps)));
        }
        if before < STEPS_BEFORE_THE_CLOCK {
            self.begun.set(Some(Instant::now()));
        }
        let is_late = || self.begun.get().is_some_and(|begun| begun.elapsed() > self.budget.time);
        if before / STEPS_A_LOOK != steps / STEPS_A_LOOK && is_late() {
            let time = u64::try_from(self.budget.time.as_millis()).unwrap_or(u64::MAX);
            return Err(Failure::Limit(Bound::Milliseconds(time)));
        }
        Ok(())
    }

    pub(crate) fn take(&self, bytes: u64) -> Result<(), Failure> {
        let bytes = self.bytes.get().saturating_add(bytes);
        self.bytes.set(bytes);
        if bytes > self.budget.bytes {
            return Err(Failure::Limit(Bound::Bytes(self.budget.bytes)));
        }
        Ok(())
    }

    pub(crate) fn enter(&self) -> Result<(), Failure> {
        let depth = self.depth.get() + 1;
        if depth > self.budget.depth {
            return Err(Failure::Limit(Bound::Depth(self.budget.depth)));
        }
        self.depth.set(depth);
        Ok(())
    }

    pub(crate) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }
}
