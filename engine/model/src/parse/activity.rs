//! Reads an activity, a gateway or a throw event: what all of them may carry, and their kind, which the table of elements
//! knows how to make.

use super::process::Draft;
use super::{extension, is_not_false, is_true, multi_instance, node, scope, zeebe};
use crate::element::Reader;
use crate::model::{AdHoc, Dialect, NodeIndex, NodeKind, SubProcessKind};
use crate::xml::Element;

/// The events that have passes of their own are left to those.
pub(super) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    match draft.reader_of(index) {
        Reader::StartEvent | Reader::CatchEvent | Reader::EndEvent | Reader::BoundaryEvent => {}
        Reader::Node(make) => {
            multi_instance::parse(draft, index);
            node::common(draft, index);
            draft.node_mut(index).kind = make(draft, index);
            input_output(draft, index);
        }
        Reader::SubProcess(_) => {
            multi_instance::parse(draft, index);
            node::common(draft, index);
            inside(draft, index);
            input_output(draft, index);
        }
    }
}

fn inside(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let children = match &draft.node(index).kind {
        NodeKind::SubProcess(sub_process) => sub_process.children.clone(),
        _ => Vec::new(),
    };
    scope::parse(draft, draft.element_of(index), Some(index), &children);
}

pub(crate) fn embedded_or_event(element: Element<'_>) -> SubProcessKind {
    if is_true(element.attribute("triggeredByEvent")) { SubProcessKind::Event } else { SubProcessKind::Embedded }
}

pub(crate) fn ad_hoc(element: Element<'_>) -> SubProcessKind {
    let active = element.zeebe_extension("adHoc").and_then(|ad_hoc| ad_hoc.attribute("activeElementsCollection"));
    SubProcessKind::AdHoc(AdHoc {
        is_sequential: element.attribute("ordering") == Some("Sequential"),
        completion_condition: element.child("completionCondition").and_then(Element::trimmed_text).map(str::to_owned),
        cancels_remaining: is_not_false(element.attribute("cancelRemainingInstances")),
        active_elements: active.filter(|text| !text.is_empty()).map(str::to_owned),
    })
}

/// Input and output mappings, where the node may have them.
pub(super) fn input_output(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    let mappings = match draft.cx.dialect {
        Dialect::Camunda => {
            let node = &draft.nodes[index.0 as usize];
            extension::input_output::of_node(element, node, &mut draft.cx.findings)
        }
        Dialect::Zeebe => zeebe::input_output(element),
    };
    let node = draft.node_mut(index);
    node.inputs = mappings.inputs;
    node.outputs = mappings.outputs;
}
