//! Variable values, instants, and the contract between the engine core and whoever evaluates expressions, scripts,
//! decisions and timers.
//!
//! A crate of its own because the core must not see an evaluator's dependencies (clock, threads, a JavaScript engine),
//! and the evaluators must not see the core. It must never do I/O or read a clock.

pub mod detached;
pub mod evaluate;
pub mod measure;
pub mod value;

pub use casewright_instant::{Instant, zone};
pub use detached::Detached;
pub use evaluate::{
    DecisionBinding, DecisionOutcome, EvaluationError, Evaluator, Facade, Language, Scope, TimerKind, TimerSchedule,
};
pub use measure::measure;
pub use value::{FileValue, NullType, ObjectValue, Value};
