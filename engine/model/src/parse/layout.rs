//! Lays out the nodes of a process before they are read: each gets its index and its place in the tree of scopes.

use indexmap::IndexMap;
use smol_str::SmolStr;

use super::draft::Draft;
use super::text::{documentation, is_true};
use crate::diagnostic::Code;
use crate::element::{Reader, table};
use crate::model::{Node, NodeIndex, NodeKind, SubProcess};
use crate::xml::{Element, Namespace};

/// Gives each flow node in `scope` its index, in document order, and answers those directly in it.
pub(super) fn lay_out<'t>(draft: &mut Draft<'_, 't>, scope: Element<'t>, parent: Option<NodeIndex>) -> Vec<NodeIndex> {
    let mut direct = Vec::new();
    for element in scope.children().filter(|e| e.namespace() == Namespace::Bpmn) {
        let Some(known) = table::find(element.name()) else {
            continue;
        };
        if known.is_refused() {
            let message = format!("Unsupported element '{}'.", element.name());
            draft.cx.findings.error(Code::UnsupportedElement, element, message);
        }
        if element.name() == "sequenceFlow" {
            note_flow(draft, element);
        }
        let Some(reader) = known.reader() else {
            continue;
        };
        let index = NodeIndex(u32::try_from(draft.nodes.len()).unwrap_or(u32::MAX));
        match element.id() {
            Some(id) => {
                draft.by_id.entry(id).or_insert(index);
            }
            None => {
                draft.cx.findings.error(Code::MissingId, element, "Attribute \"id\" is required!");
            }
        }
        draft.nodes.push(blank(element, parent));
        draft.elements.push(element);
        draft.readers.push(reader);
        direct.push(index);
        if let Reader::SubProcess(kind) = reader {
            let children = lay_out(draft, element, Some(index));
            draft.node_mut(index).kind = NodeKind::SubProcess(SubProcess { children, kind: kind(element) });
        }
    }
    direct
}

fn note_flow<'t>(draft: &mut Draft<'_, 't>, flow: Element<'t>) {
    if let Some(source) = flow.attribute("sourceRef") {
        draft.flows_from.entry(source).or_default().push(flow);
    }
    if let Some(target) = flow.attribute("targetRef") {
        draft.flows_to.entry(target).or_default().push(flow);
    }
}

/// A node that nothing is known of yet but its element.
fn blank(element: Element<'_>, parent: Option<NodeIndex>) -> Node {
    Node {
        id: SmolStr::new(element.id().unwrap_or("")),
        name: element.attribute("name").map(str::to_owned),
        documentation: documentation(element),
        parent,
        kind: NodeKind::Task { manual: false },
        incoming: Vec::new(),
        outgoing: Vec::new(),
        default_flow: None,
        boundary_events: Vec::new(),
        compensation_handler: None,
        is_for_compensation: is_true(element.attribute("isForCompensation")),
        async_before: false,
        async_after: false,
        exclusive: true,
        job_priority: None,
        retry_time_cycle: None,
        loop_characteristics: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
        listeners: Vec::new(),
        properties: IndexMap::new(),
        line: element.line(),
        column: element.column(),
    }
}
