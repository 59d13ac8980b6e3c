//! What is wrong with a model, and where.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Warning,
    Error,
}

/// One finding. `code` is stable and has a page in `docs/errors.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable, kebab case: `unsupported-element`, `missing-sequence-flow-target`.
    pub code: &'static str,
    /// In Camunda 7's words where it has them, since clients compare them.
    pub message: String,
    /// What the modeler can do about it.
    pub help: Option<String>,
    /// Id of the element it is about.
    pub element_id: Option<String>,
    /// Further elements that take part (both ends of a flow).
    pub related_ids: Vec<String>,
    /// 1-based; 0 when unknown.
    pub line: u32,
    pub column: u32,
}
