//! BPMN 2.0.2 XML into a typed model, with diagnostics that name element, line and column.
//!
//! What this crate must never do: execute, evaluate an expression, or drop an element silently. What the engine cannot
//! execute is a [`diagnostic::Diagnostic`] of severity error, and such a model is not deployed.
//!
//! - [`parse`] reads XML under [`limits::Limits`].
//! - [`model`] is what comes out: one [`model::Process`] per executable process, flow nodes by index.
//! - [`diagnostic`] is what was wrong, in the words Camunda 7 uses where it has them.

pub mod diagnostic;
pub mod model;
