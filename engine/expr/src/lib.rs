//! Expressions, scripts, decisions and timers of the engine, behind [`casewright_engine_value::Evaluator`].
//!
//! Here live the things the engine core must not see: a JavaScript engine, FEEL, threads. This crate never reads a clock
//! to decide anything and never does I/O: time, user and variables come from the scope, decisions and resources are handed in.

mod cache;
mod decision;
mod expressions;
mod feel;
mod java;
mod juel;
mod languages;
mod object;
mod script;
mod timer;
mod xml;

pub use decision::{
    DecisionDeployment, DecisionDiagnostic, DecisionResource, DecisionSummary, Decisions, Explained, TableExplanation,
    Verdict, review as review_decisions,
};
pub use expressions::Expressions;
pub use java::json::{value_from_json, value_to_json};
pub use script::{ScriptMeter, isolate_scripts, may_take_long, read_time_zone, run_scripts, without_long_work};
