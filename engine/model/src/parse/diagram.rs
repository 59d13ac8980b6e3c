//! The diagram is not kept, but a reference from it into nothing tells of a broken file.

use std::collections::HashSet;

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::model::Definitions;
use crate::xml::{Element, Namespace, Tree};

pub(super) fn check(tree: &Tree, ids: &HashSet<&str>, definitions: &Definitions, findings: &mut Findings) {
    // Without an executable process Camunda looks at no shape either.
    if definitions.processes.is_empty() {
        return;
    }
    for diagram in tree.root().children_in(Namespace::BpmnDi, "BPMNDiagram") {
        let Some(plane) = diagram.child_in(Namespace::BpmnDi, "BPMNPlane") else {
            continue;
        };
        if target(plane).is_none() {
            let message = "'bpmnElement' attribute is required on BPMNPlane ";
            findings.error(Code::InvalidDiagram, plane, message);
            continue;
        }
        for shape in plane.children_in(Namespace::BpmnDi, "BPMNShape") {
            check_shape(shape, ids, findings);
        }
        for edge in plane.children_in(Namespace::BpmnDi, "BPMNEdge") {
            check_edge(edge, ids, findings);
        }
    }
}

fn target(element: Element<'_>) -> Option<&str> {
    element.attribute("bpmnElement").filter(|id| !id.is_empty())
}

fn check_shape(shape: Element<'_>, ids: &HashSet<&str>, findings: &mut Findings) {
    match target(shape).map(super::text::unprefixed) {
        None => {
            let message = "'bpmnElement' attribute is required on BPMNShape";
            findings.error(Code::InvalidDiagram, shape, message);
        }
        Some(id) if !ids.contains(id) => {
            let message = format!("Invalid reference in 'bpmnElement' attribute, activity {id} not found");
            findings.error(Code::InvalidDiagram, shape, message);
        }
        Some(_) if shape.child_in(Namespace::Dc, "Bounds").is_none() => {
            findings.error(Code::InvalidDiagram, shape, "'Bounds' element is required");
        }
        Some(_) => {}
    }
}

fn check_edge(edge: Element<'_>, ids: &HashSet<&str>, findings: &mut Findings) {
    let message = match target(edge).map(super::text::unprefixed) {
        None => "'bpmnElement' attribute is required on BPMNEdge".to_owned(),
        Some(id) if !ids.contains(id) => {
            format!("Invalid reference in 'bpmnElement' attribute, sequenceFlow {id}not found")
        }
        Some(_) if edge.children_in(Namespace::Di, "waypoint").count() < 2 => {
            "Minimum 2 waypoint elements must be definted for a 'BPMNEdge'".to_owned()
        }
        Some(_) => return,
    };
    findings.error(Code::InvalidDiagram, edge, message);
}
