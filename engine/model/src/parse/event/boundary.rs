//! Boundary events.

use smol_str::SmolStr;

use super::{Waiting, definition, handle_escalation, subscribe, trigger};
use crate::diagnostic::Code;
use crate::element::{ElementType, table};
use crate::model::{BoundaryEvent, Dialect, EventTrigger, NodeIndex, NodeKind, SubProcessKind};
use crate::parse::draft::Draft;
use crate::parse::extension::input_output;
use crate::parse::handlers::EscalationHandler;
use crate::parse::text::{is_not_false, unprefixed};
use crate::parse::{node, zeebe};
use crate::xml::Element;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex, scope: Option<NodeIndex>) {
    node::common(draft, index);
    let element = draft.element_of(index);
    let reference = element.attribute("attachedToRef").unwrap_or("");
    if reference.is_empty() {
        let message = "AttachedToRef is required when using a timerEventDefinition";
        draft.cx.findings.error(Code::InvalidBoundaryEvent, element, message);
    }
    let host = draft.in_scope(unprefixed(reference), scope).filter(|host| is_activity(draft.element_of(*host)));
    let Some(host) = host else {
        let message = "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as the boundary event";
        draft.cx.findings.error(Code::InvalidBoundaryEvent, element, message);
        return;
    };
    let cancel_activity = is_not_false(element.attribute("cancelActivity"));
    let trigger = read_trigger(draft, element, host, cancel_activity);
    match draft.cx.dialect {
        Dialect::Camunda => input_output::refuse(element, &mut draft.cx.findings),
        Dialect::Zeebe => draft.node_mut(index).outputs = zeebe::input_output(element).outputs,
    }
    draft.node_mut(index).kind = NodeKind::BoundaryEvent(BoundaryEvent { attached_to: host, cancel_activity, trigger });
    draft.node_mut(host).boundary_events.push(index);
}

fn is_activity(element: Element<'_>) -> bool {
    table::find(element.name()).is_some_and(ElementType::is_activity)
}

/// What interrupts a multi-instance activity interrupts all of it.
fn event_scope(draft: &Draft<'_, '_>, host: NodeIndex) -> SmolStr {
    let node = draft.node(host);
    if node.loop_characteristics.is_some() {
        SmolStr::from(format!("{}#multiInstanceBody", node.id))
    } else {
        node.id.clone()
    }
}

fn read_trigger<'t>(
    draft: &mut Draft<'_, 't>,
    element: Element<'t>,
    host: NodeIndex,
    cancel_activity: bool,
) -> EventTrigger {
    let id = element.id().unwrap_or("");
    let found = definition(
        draft,
        element,
        &[
            "timerEventDefinition",
            "errorEventDefinition",
            "signalEventDefinition",
            "cancelEventDefinition",
            "compensateEventDefinition",
            "messageEventDefinition",
            "escalationEventDefinition",
            "conditionalEventDefinition",
        ],
    );
    let Some(definition) = found else {
        let message = "Unsupported boundary event type";
        draft.cx.findings.error(Code::InvalidBoundaryEvent, element, message);
        return EventTrigger::None;
    };
    let waiting = Waiting { scope: event_scope(draft, host), event: id, starts_process: false };
    let trigger = match definition.name() {
        "timerEventDefinition" => {
            if cancel_activity {
                trigger::warn_of_cycle(draft, definition, "cancelling boundary", id);
            }
            trigger::timer_trigger(draft, definition, id)
        }
        "errorEventDefinition" => trigger::error(draft, definition),
        "signalEventDefinition" => trigger::signal(draft, definition, id),
        "cancelEventDefinition" => cancel(draft, definition, host, id),
        "compensateEventDefinition" => compensation(draft, definition, host, id),
        "messageEventDefinition" => trigger::message_trigger(draft, definition, id),
        "escalationEventDefinition" => escalation(draft, element, definition, host, &waiting),
        _ => trigger::conditional(draft, definition, id),
    };
    subscribe(draft, &waiting, &trigger, definition);
    trigger
}

fn cancel(draft: &mut Draft<'_, '_>, definition: Element<'_>, host: NodeIndex, id: &str) -> EventTrigger {
    if draft.node(host).kind.sub_process_kind() != Some(&SubProcessKind::Transaction) {
        let message = "boundary event with cancelEventDefinition only supported on transaction subprocesses";
        draft.cx.findings.error(Code::CancelOutsideTransaction, definition, message).about(id);
    }
    if !draft.handlers.cancel_boundaries.insert(host) {
        let message =
            "multiple boundary events with cancelEventDefinition not supported on same transaction subprocess";
        draft.cx.findings.error(Code::InvalidBoundaryEvent, definition, message).about(id);
    }
    EventTrigger::Cancel
}

fn compensation(draft: &mut Draft<'_, '_>, definition: Element<'_>, host: NodeIndex, id: &str) -> EventTrigger {
    if !draft.handlers.compensation_boundaries.insert(host) {
        let message = "multiple boundary events with compensateEventDefinition not supported on same activity";
        draft.cx.findings.error(Code::Compensation, definition, message).about(id);
    }
    trigger::warn_of_throw_attributes(draft, definition, id);
    EventTrigger::Compensation
}

fn escalation(
    draft: &mut Draft<'_, '_>,
    element: Element<'_>,
    definition: Element<'_>,
    host: NodeIndex,
    waiting: &Waiting<'_>,
) -> EventTrigger {
    if !table::find(draft.element_of(host).name()).is_some_and(ElementType::can_escalate) {
        let message =
            "An escalation boundary event should only be attached to a subprocess, a call activity or an user task";
        draft.cx.findings.error(Code::InvalidBoundaryEvent, element, message);
        return EventTrigger::None;
    }
    let catch = trigger::escalation(draft, definition, waiting.event);
    handle_escalation(draft, waiting, EscalationHandler::BoundaryEvent, catch.code.as_deref(), definition);
    EventTrigger::Escalation(catch)
}
