//! Sequence flows and the associations that lead to compensation handlers.

use smol_str::SmolStr;

use super::draft::Draft;
use super::extension::{listener, script};
use super::text::unprefixed;
use crate::diagnostic::Code;
use crate::model::{BoundaryEvent, Condition, EventTrigger, Flow, FlowIndex, NodeIndex, NodeKind};
use crate::xml::{Element, Namespace};

pub(super) fn sequence_flows<'t>(draft: &mut Draft<'_, 't>, parent: Element<'t>, scope: Option<NodeIndex>) {
    for element in parent.children_named("sequenceFlow") {
        let Some((source, target)) = ends(draft, element, scope) else {
            continue;
        };
        let index = FlowIndex(u32::try_from(draft.flows.len()).unwrap_or(u32::MAX));
        let owner = element.id().unwrap_or("");
        let condition = element.child("conditionExpression").and_then(|e| condition(draft, e, owner));
        let listeners = listener::of_flow(element, &mut draft.cx.findings);
        // A flow may have no id; '#' cannot occur in a written one, so the made-up one is unique.
        let id = element.id().map_or_else(|| SmolStr::from(format!("flow#{}", index.0)), SmolStr::new);
        draft.flows.push(Flow {
            id,
            name: element.attribute("name").map(str::to_owned),
            source,
            target,
            condition,
            listeners,
            line: element.line(),
        });
        draft.flow_elements.push(element);
        draft.node_mut(source).outgoing.push(index);
        draft.node_mut(target).incoming.push(index);
        let is_default = element.id().is_some() && draft.element_of(source).attribute("default") == element.id();
        if is_default {
            draft.node_mut(source).default_flow = Some(index);
        }
    }
}

/// Source and target of a flow, or none after saying why it cannot be.
fn ends(draft: &mut Draft<'_, '_>, flow: Element<'_>, scope: Option<NodeIndex>) -> Option<(NodeIndex, NodeIndex)> {
    let id = flow.id();
    let source_ref = flow.attribute("sourceRef").unwrap_or("null");
    let target_ref = flow.attribute("targetRef").unwrap_or("null");
    let source = draft.in_scope(source_ref, scope);
    let target = draft.in_scope(target_ref, scope);
    let is_handler = |index: Option<NodeIndex>| index.is_some_and(|i| draft.node(i).is_for_compensation);
    if is_handler(source) || is_handler(target) {
        let (direction, activity) =
            if is_handler(source) { ("outgoing", source_ref) } else { ("incoming", target_ref) };
        let message = format!(
            "Invalid {direction} sequence flow of compensation activity '{activity}'. A compensation activity should not have an incoming or outgoing sequence flow."
        );
        let finding = draft.cx.findings.error(Code::Compensation, flow, message).about(activity);
        if let Some(id) = id {
            finding.related(id);
        }
        return None;
    }
    let Some(source) = source else {
        let message = format!("Invalid source '{source_ref}' of sequence flow '{}'", id.unwrap_or("null"));
        draft.cx.findings.error(Code::UnknownFlowSource, flow, message);
        return None;
    };
    let Some(target) = target else {
        let message = format!("Invalid destination '{target_ref}' of sequence flow '{}'", id.unwrap_or("null"));
        draft.cx.findings.error(Code::UnknownFlowTarget, flow, message);
        return None;
    };
    check_ends(draft, flow, source, target).then_some((source, target))
}

fn check_ends(draft: &mut Draft<'_, '_>, flow: Element<'_>, source: NodeIndex, target: NodeIndex) -> bool {
    if let Some(link) = draft.link_sources.get(&target)
        && !draft.link_targets.contains_key(link)
    {
        let message = format!(
            "sequence flow points to link event source with name '{link}' but no event target with that name exists. Most probably your link events are not configured correctly."
        );
        draft.cx.findings.error(Code::LinkName, flow, message);
        return false;
    }
    if matches!(draft.node(source).kind, NodeKind::EventBasedGateway) {
        return true;
    }
    let is_event_subprocess = |index: NodeIndex| draft.node(index).kind.is_event_subprocess();
    let (code, message) = if draft.behind_gateway.contains(&target) {
        let message = format!(
            "Invalid incoming sequenceflow for intermediateCatchEvent with id '{}' connected to an event-based gateway.",
            draft.node(target).id
        );
        (Code::EventBasedGateway, message)
    } else if is_event_subprocess(source) {
        (Code::FlowNotAllowed, "Invalid outgoing sequence flow of event subprocess".to_owned())
    } else if is_event_subprocess(target) {
        (Code::FlowNotAllowed, "Invalid incoming sequence flow of event subprocess".to_owned())
    } else {
        return true;
    };
    draft.cx.findings.error(code, flow, message);
    false
}

/// `conditionExpression` of a flow or `condition` of a conditional event.
pub(super) fn condition(draft: &mut Draft<'_, '_>, element: Element<'_>, owner: &str) -> Option<Condition> {
    let findings = &mut draft.cx.findings;
    if let Some(kind) = element.attribute_in(Namespace::Xsi, "type")
        && unprefixed(kind) != "tFormalExpression"
    {
        let message = "Invalid type, only tFormalExpression is currently supported";
        findings.error(Code::InvalidCondition, element, message).about(owner);
    }
    let text = element.text().trim();
    let Some(language) = element.attribute("language") else {
        return Some(Condition::Expression(text.to_owned()));
    };
    match script::read(language, Some(text), element.camunda("resource")) {
        Ok(script) => Some(Condition::Script(script)),
        Err(reason) => {
            let message = format!("Unable to process condition expression:{reason}");
            findings.error(Code::InvalidCondition, element, message).about(owner);
            None
        }
    }
}

/// BPMN 2.0.2 section 10.7.1: an association from a compensation boundary event leads to the handler.
pub(super) fn associations<'t>(draft: &mut Draft<'_, 't>, parent: Element<'t>, scope: Option<NodeIndex>) {
    for element in parent.children_named("association") {
        let (Some(source), Some(target)) = (element.attribute("sourceRef"), element.attribute("targetRef")) else {
            continue;
        };
        let known = |id: &str| draft.cx.ids.contains(id);
        let broken = if !known(source) {
            Some(("sourceRef", source))
        } else if !known(target) {
            Some(("targetRef", target))
        } else {
            None
        };
        if let Some((attribute, id)) = broken {
            let message = format!("Invalid reference {attribute} '{id}' of association element ");
            draft.cx.findings.error(Code::DanglingReference, element, message);
            continue;
        }
        // Editors also put the association further out than what it connects.
        let (Some(source), Some(target)) = (draft.inside(source, scope), draft.inside(target, scope)) else {
            continue;
        };
        if draft.node(source).parent != draft.node(target).parent {
            continue;
        }
        if let NodeKind::BoundaryEvent(BoundaryEvent { attached_to, trigger: EventTrigger::Compensation, .. }) =
            draft.node(source).kind
        {
            connect_handler(draft, element, source, attached_to, target);
        }
    }
}

fn connect_handler(
    draft: &mut Draft<'_, '_>,
    association: Element<'_>,
    boundary: NodeIndex,
    activity: NodeIndex,
    handler: NodeIndex,
) {
    let boundary_id = draft.node(boundary).id.clone();
    if !draft.node(handler).is_for_compensation {
        let message = "compensation boundary catch must be connected to element with isForCompensation=true";
        let handler = draft.node(handler).id.clone();
        draft.cx.findings.error(Code::Compensation, association, message).about(&boundary_id).related(&handler);
        return;
    }
    if draft.handlers.has_compensation_subprocess(activity) {
        let message = "compensation boundary event and event subprocess with compensation start event are not supported on the same scope";
        let activity = draft.node(activity).id.clone();
        draft.cx.findings.error(Code::Compensation, association, message).about(&activity).related(&boundary_id);
        return;
    }
    draft.node_mut(activity).compensation_handler = Some(handler);
}
