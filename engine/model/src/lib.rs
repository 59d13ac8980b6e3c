//! BPMN 2.0.2 XML into a typed model, with diagnostics that name element, line and column.
//!
//! What this crate must never do: execute, evaluate an expression, or drop an element silently. What the engine cannot
//! execute is a [`diagnostic::Diagnostic`] of severity error, and such a model is not deployed.
//!
//! - [`parse()`] reads XML under [`Limits`].
//! - [`decode_xml`] turns the bytes of an XML file into text, by the encoding it declares.
//! - [`model`] is what comes out: one [`model::Process`] per executable process, flow nodes by index.
//! - [`Facts`] are what is to be said of a kind of node; the tables of BPMN's elements stand beside them.
//! - [`diagnostic`] is what was wrong, in the words Camunda 7 uses where it has them.
//! - [`expressions`] lists every expression and script, for a check before anything runs.
//! - [`java_references`], [`java_findings`] and [`java_as_external`] deal with models that name Java classes;
//!   [`connector_findings`] tells those that call connectors.

mod connectors;
pub mod diagnostic;
mod element;
mod expressions;
mod findings;
mod java;
mod limits;
pub mod model;
mod parse;
mod report;
mod schema;
mod unexecuted;
mod xml;

pub use connectors::connector_findings;
pub use element::{Facts, Family, Join, MigrationType, flow_node_tags};
pub use expressions::{ExpressionUse, Text, expressions};
pub use java::{JavaKind, JavaReference, java_as_external, java_findings, java_references};
pub use limits::Limits;
pub use parse::parse;
pub use report::{Parsed, Rejected, executable_keys};
pub use xml::decode_xml;
