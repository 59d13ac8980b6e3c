//! Reads an activity, a gateway or a throw event: what all of them may carry, and their kind, which the table of elements
//! knows how to make.

use super::draft::Draft;
use super::{multi_instance, node, scope};
use crate::element::Reader;
use crate::model::{NodeIndex, NodeKind};

/// The events that have passes of their own are left to those.
pub(super) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    match draft.reader_of(index) {
        Reader::StartEvent | Reader::CatchEvent | Reader::EndEvent | Reader::BoundaryEvent => {}
        Reader::Node(make) => {
            multi_instance::parse(draft, index);
            node::common(draft, index);
            draft.node_mut(index).kind = make(draft, index);
            node::input_output(draft, index);
        }
        Reader::SubProcess(_) => {
            multi_instance::parse(draft, index);
            node::common(draft, index);
            inside(draft, index);
            node::input_output(draft, index);
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
