//! Gateways that say more than that they are one.

use super::draft::Draft;
use super::event;
use crate::diagnostic::Code;
use crate::element::Reader;
use crate::model::{NodeIndex, NodeKind};
use crate::xml::Element;

/// BPMN 2.0.2 section 10.6.6: it leads to catch events only, which it owns from then on.
pub(crate) fn event_based(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    let scope = draft.node(index).parent;
    if draft.node(index).async_after {
        let message = "'asyncAfter' not supported for eventBasedGateway elements.";
        draft.cx.findings.error(Code::EventBasedGateway, element, message);
    }
    let flows = element.id().and_then(|id| draft.flows_from.get(id).cloned()).unwrap_or_default();
    for flow in flows {
        let target = flow.attribute("targetRef").and_then(|id| draft.in_scope(id, scope));
        let Some(target) = target else { continue };
        if matches!(draft.reader_of(target), Reader::CatchEvent) {
            if draft.behind_gateway.insert(target) {
                event::catch::parse(draft, target);
            }
        } else {
            let message = "Event based gateway can only be connected to elements of type intermediateCatchEvent";
            draft.cx.findings.error(Code::EventBasedGateway, element, message);
        }
    }
    NodeKind::EventBasedGateway
}

/// BPMN 2.0.2 section 10.6.5.
pub(crate) fn complex(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let condition = draft.element_of(index).child("activationCondition").and_then(Element::trimmed_text);
    NodeKind::ComplexGateway { activation_condition: condition.map(str::to_owned) }
}
