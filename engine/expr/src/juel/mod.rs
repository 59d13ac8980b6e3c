//! Camunda 7's expression language: EL 2.2 with method invocation, as the engine's repackaged JUEL reads it.
//!
//! `lexer` and `parser` turn text into a [`Template`] once; `evaluate` walks it over a scope with the coercions of
//! `coerce`. Messages are Camunda's word for word, since clients compare them. Nothing here may run user code other than
//! the fixed methods of [`crate::object`], and nothing may recurse deeper than the parser's limits.

mod ast;
pub(crate) mod coerce;
mod evaluate;
mod failure;
mod function;
mod lexer;
mod mentions;
mod operator;
mod parser;

pub(crate) use ast::Template;
pub(crate) use evaluate::evaluate;
pub(crate) use parser::parse;

pub(crate) use failure::Failure;

/// The operator behind `compareTo`.
pub(crate) const LESS: operator::Binary = operator::Binary::Less;
