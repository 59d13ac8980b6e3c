//! FEEL, the expression language of DMN (DMN 1.5, chapter 10), as the specification has it and as Camunda 7 reads it, and
//! what standard models are made of besides: boxed expressions, decision tables, requirement graphs.
//!
//! What this crate must never do: I/O, read a clock, know a process. Variables, the time and chance come from a [`Host`].
//!
//! - [`Expression`] and [`UnaryTests`] are parsed once and evaluated often; a text that cannot be read, or that calls a
//!   function that does not exist, is a [`SyntaxError`] with its place, never a null at run time.
//! - [`Graph`] holds the elements of a standard model, with [`Table`] and the other boxed expressions as [`Expression`]s, and
//!   evaluates what is asked of it with all that it requires.
//! - [`Dialect`] says which reading: the standard's, that of Camunda 7 (feel-scala 1.19), that of Camunda 8, or that of forms
//!   (feelin), which is also the platform's own. [`Names`] carry it to the parser, and what was read keeps it.
//! - [`Value`] is what FEEL knows; [`Number`] is decimal with 34 digits.
//! - [`Budget`] bounds every evaluation: steps, memory, depth, time. What is beyond is a [`Failure::Limit`].
//!
//! Where DMN leaves a choice, or Camunda's own FEEL differs from it, this is what is done:
//! - names with blanks or signs in them are read as names when the caller says that they exist ([`Names`]), or between
//!   back-quotes; all other names are identifiers;
//! - a variable that does not exist is null, as is what cannot be computed (10.3.2.13);
//! - a condition that is not `true` takes the `else` branch;
//! - a test in a list of unary tests that is an expression accepts when it is true, equals the input, or is a list or range
//!   with the input in it; a literal accepts what equals it;
//! - a date and time without an offset compares with one that has an offset by the clocks of the host's zone
//!   ([`Host::zone`]); to Camunda 7 it does not compare at all.
//!
//! What feel-scala has besides: one value is no list of it; a range is a value as an argument only; a test that asks about `?`
//! accepts when it is true; factors of durations are whole numbers; positions beyond a list are its ends. `cargo xtask
//! differential feel` holds it against Camunda's own.

mod accepted;
mod ast;
mod boxed;
mod budget;
mod builtin;
mod calendar;
mod dialect;
mod env;
mod evaluate;
mod graph;
mod literal;
mod names;
mod number;
mod operate;
mod parse;
mod rule_index;
mod scan;
mod syntax;
mod table;
mod temporal;
mod text;
mod trace;
mod types;
mod value;

pub use accepted::Accepted;
pub use ast::{Expression, Parameter, UnaryTests};
pub use boxed::Quantifier;
pub use budget::{Bound, Budget, Failure};
pub use calendar::Date;
pub use dialect::Dialect;
pub use env::Host;
pub use graph::{Content, Evaluated, Graph, Node, NodeId, Requirement, ServiceDefinition};
pub use names::Names;
pub use number::Number;
pub use rule_index::RuleIndex;
pub use scan::is_keyword;
pub use syntax::SyntaxError;
pub use table::{Aggregation, HitPolicy, Input, Output, Rule, Table};
pub use temporal::{DateTime, Time, Zone};
pub use trace::{TableTrace, Verdict};
pub use types::{Constrained, FunctionType, Type};
pub use value::{Context, Function, Range, Value};
