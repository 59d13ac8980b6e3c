//! What can be said only when the whole process is known.

use super::draft::Draft;
use crate::diagnostic::Code;
use crate::model::{NodeIndex, NodeKind};

pub(super) fn check(draft: &mut Draft<'_, '_>) {
    for index in (0..draft.nodes.len()).filter_map(|i| u32::try_from(i).ok().map(NodeIndex)) {
        if matches!(draft.node(index).kind, NodeKind::ExclusiveGateway) {
            exclusive_gateway(draft, index);
        }
        asynchronous_flows(draft, index);
        default_flow(draft, index);
    }
}

/// A job behind an `asyncAfter` activity names the flow it goes on with.
fn asynchronous_flows(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let node = draft.node(index);
    if !node.async_after {
        return;
    }
    let nameless = node.outgoing.iter().filter(|flow| draft.flow_elements[flow.0 as usize].id().is_none()).count();
    let id = node.id.clone();
    let element = draft.element_of(index);
    for _ in 0..nameless {
        let message =
            format!("Sequence flow with sourceRef='{id}' must have an id, activity with id '{id}' uses 'asyncAfter'.");
        draft.cx.findings.error(Code::MissingFlowId, element, message);
    }
}

fn default_flow(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    let Some(default) = element.attribute("default") else {
        return;
    };
    if draft.node(index).default_flow.is_none() {
        let message = format!("Default sequence flow '{default}' not found");
        draft.cx.findings.warning(Code::DanglingReference, element, message);
    }
}

/// BPMN 2.0.2 section 10.6.2.
fn exclusive_gateway(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let node = draft.node(index);
    let id = node.id.clone();
    let default = node.default_flow;
    let flows: Vec<(Option<String>, bool, bool)> = node
        .outgoing
        .iter()
        .map(|flow| {
            let written = draft.flow_elements[flow.0 as usize].id().map(str::to_owned);
            let conditional = draft.flows[flow.0 as usize].condition.is_some();
            (written, conditional, default == Some(*flow))
        })
        .collect();
    let element = draft.element_of(index);
    let mut error = |message: String, flow: Option<&str>| {
        let finding = draft.cx.findings.error(Code::ExclusiveGateway, element, message);
        if let Some(flow) = flow {
            finding.related(flow);
        }
    };
    match flows.as_slice() {
        [] => error(format!("Exclusive Gateway '{id}' has no outgoing sequence flows."), None),
        [(flow, true, _)] => {
            let name = flow.as_deref().unwrap_or("null");
            error(
                format!(
                    "Exclusive Gateway '{id}' has only one outgoing sequence flow ('{name}'). This is not allowed to have a condition."
                ),
                flow.as_deref(),
            );
        }
        [_] => {}
        several => {
            for (flow, _, _) in several.iter().filter(|(_, c, is_default)| *c && *is_default) {
                let name = flow.as_deref().unwrap_or("null");
                error(
                    format!(
                        "Exclusive Gateway '{id}' has outgoing sequence flow '{name}' which is the default flow but has a condition too."
                    ),
                    flow.as_deref(),
                );
            }
            let bare: Vec<&str> = several
                .iter()
                .filter(|(_, conditional, is_default)| !conditional && !is_default)
                .map(|(flow, _, _)| flow.as_deref().unwrap_or("null"))
                .collect();
            if element.attribute("default").is_some_and(|d| !d.is_empty()) || bare.len() > 1 {
                for flow in bare {
                    error(
                        format!(
                            "Exclusive Gateway '{id}' has outgoing sequence flow '{flow}' without condition which is not the default flow."
                        ),
                        Some(flow),
                    );
                }
            } else if let [flow] = bare.as_slice() {
                let message = format!(
                    "Exclusive Gateway '{id}' has outgoing sequence flow '{flow}' without condition which is not the default flow. We assume it to be the default flow, but it is bad modeling practice, better set the default flow in your gateway."
                );
                draft.cx.findings.warning(Code::ExclusiveGateway, element, message).related(flow);
            }
        }
    }
}

/// A throwing compensation event may name an activity of its own scope, or, inside an event subprocess, of the scope
/// around it.
pub(super) fn compensated_activities(draft: &mut Draft<'_, '_>, scope: Option<NodeIndex>) {
    let here = draft.compensated.remove(&scope).unwrap_or_default();
    let event_subprocess = scope.map(|index| draft.node(index)).filter(|node| node.kind.is_event_subprocess());
    let around = event_subprocess.map(|node| node.parent);
    for compensated in here {
        let found = draft.in_scope(compensated.activity, scope).is_some()
            || around.is_some_and(|s| draft.in_scope(compensated.activity, s).is_some());
        if found {
            continue;
        }
        let searched = draft.scope_id(around.unwrap_or(scope));
        let message = format!(
            "Invalid attribute value for 'activityRef': no activity with id '{}' in scope '{searched}'",
            compensated.activity
        );
        let event = draft.node(compensated.event).id.clone();
        draft.cx.findings.error(Code::Compensation, compensated.definition, message).about(&event);
    }
}
