//! Routes an activity, gateway or throw event to the file that knows it.

use super::process::Draft;
use super::{event, extension, is_not_false, is_true, multi_instance, node, scope, task, zeebe};
use crate::diagnostic::Code;
use crate::model::{AdHoc, Dialect, NodeIndex, NodeKind, SubProcess, SubProcessKind};
use crate::xml::Element;

/// Activities, gateways and throw events; the other events are read in passes of their own.
pub(super) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    if matches!(element.name(), "startEvent" | "endEvent" | "boundaryEvent" | "intermediateCatchEvent") {
        return;
    }
    multi_instance::parse(draft, index);
    node::common(draft, index);
    let kind = match element.name() {
        "exclusiveGateway" => NodeKind::ExclusiveGateway,
        "inclusiveGateway" => NodeKind::InclusiveGateway,
        "parallelGateway" => NodeKind::ParallelGateway,
        "eventBasedGateway" => event_based_gateway(draft, index),
        "complexGateway" => NodeKind::ComplexGateway {
            activation_condition: element
                .child("activationCondition")
                .and_then(Element::trimmed_text)
                .map(str::to_owned),
        },
        "scriptTask" => task::script::parse(draft, element),
        "serviceTask" => NodeKind::ServiceTask(task::service::parse(draft, element, "serviceTask")),
        "sendTask" => NodeKind::SendTask(task::service::parse_send(draft, element)),
        "businessRuleTask" => task::business_rule::parse(draft, element),
        "userTask" => task::user::parse(draft, element),
        "receiveTask" => task::receive::parse(draft, index),
        "callActivity" => task::call_activity::parse(draft, element),
        "intermediateThrowEvent" => event::throw::parse(draft, index),
        "subProcess" | "transaction" | "adHocSubProcess" => return sub_process(draft, index),
        name => NodeKind::Task { manual: name == "manualTask" },
    };
    draft.node_mut(index).kind = kind;
    input_output(draft, index);
}

pub(super) fn sub_process_kind(element: Element<'_>, children: Vec<NodeIndex>) -> NodeKind {
    let kind = match element.name() {
        "transaction" => SubProcessKind::Transaction,
        "adHocSubProcess" => SubProcessKind::AdHoc(ad_hoc(element)),
        _ if is_true(element.attribute("triggeredByEvent")) => SubProcessKind::Event,
        _ => SubProcessKind::Embedded,
    };
    NodeKind::SubProcess(SubProcess { children, kind })
}

fn ad_hoc(element: Element<'_>) -> AdHoc {
    let active = element.zeebe_extension("adHoc").and_then(|ad_hoc| ad_hoc.attribute("activeElementsCollection"));
    AdHoc {
        is_sequential: element.attribute("ordering") == Some("Sequential"),
        completion_condition: element.child("completionCondition").and_then(Element::trimmed_text).map(str::to_owned),
        cancels_remaining: is_not_false(element.attribute("cancelRemainingInstances")),
        active_elements: active.filter(|text| !text.is_empty()).map(str::to_owned),
    }
}

fn sub_process(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    let children = match &draft.node(index).kind {
        NodeKind::SubProcess(sub_process) => sub_process.children.clone(),
        _ => Vec::new(),
    };
    scope::parse(draft, element, Some(index), &children);
    input_output(draft, index);
}

/// BPMN 2.0.2 section 10.6.6: it leads to catch events only, which it owns from then on.
fn event_based_gateway(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
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
        if draft.element_of(target).name() == "intermediateCatchEvent" {
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

/// Input and output mappings, where the element may have them.
pub(super) fn input_output(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    let is_multi_instance = draft.node(index).loop_characteristics.is_some();
    let mappings = match draft.cx.dialect {
        Dialect::Camunda => extension::input_output::of_activity(element, is_multi_instance, &mut draft.cx.findings),
        Dialect::Zeebe => zeebe::input_output(element),
    };
    let node = draft.node_mut(index);
    node.inputs = mappings.inputs;
    node.outputs = mappings.outputs;
}
