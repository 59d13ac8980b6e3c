//! Models that call connectors: code that Camunda's distributions bring along, and this engine does not.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::{Definitions, Implementation};

/// Activities and events that fail when they are reached because their connector (`camunda:connector`, and `mail` of
/// `camunda:type="mail"`) does not exist here, as warnings of a deployment report.
pub fn connector_findings(definitions: &Definitions) -> Vec<Diagnostic> {
    let nodes = definitions.processes.iter().flat_map(|process| &process.nodes);
    let finding = |node: &crate::model::Node| match &node.kind.facts().service?.implementation {
        Implementation::Connector { id, .. } => {
            let message = format!("The connector '{id}' does not exist here. The activity fails when it is reached.");
            Some(Diagnostic {
                severity: Severity::Warning,
                element_id: Some(node.id.to_string()),
                ..Diagnostic::error(Code::Connector, message).at(node.line, node.column)
            })
        }
        _ => None,
    };
    nodes.filter_map(finding).collect()
}
