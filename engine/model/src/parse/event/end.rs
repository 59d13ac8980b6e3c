//! End events.

use super::{definition, trigger};
use crate::diagnostic::Code;
use crate::model::{EndEvent, NodeIndex, NodeKind, SubProcessKind};
use crate::parse::draft::Draft;
use crate::parse::node;
use crate::parse::task::service;
use crate::xml::Element;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex, scope: Option<NodeIndex>) {
    node::common(draft, index);
    let element = draft.element_of(index);
    let id = element.id().unwrap_or("");
    let found = definition(
        draft,
        element,
        &[
            "errorEventDefinition",
            "cancelEventDefinition",
            "terminateEventDefinition",
            "messageEventDefinition",
            "signalEventDefinition",
            "compensateEventDefinition",
            "escalationEventDefinition",
        ],
    );
    let end = match found {
        None => EndEvent::None,
        Some(definition) => match definition.name() {
            "errorEventDefinition" => EndEvent::Error(trigger::error_throw(draft, definition, id)),
            "cancelEventDefinition" => cancel(draft, definition, scope, id),
            "terminateEventDefinition" => EndEvent::Terminate,
            "messageEventDefinition" => {
                let task = service::of_message_event(draft, definition, element, "messageEndEvent");
                EndEvent::Message(trigger::thrown_message(draft, definition), Box::new(task))
            }
            "signalEventDefinition" => EndEvent::Signal(trigger::signal_throw(draft, definition, id)),
            "compensateEventDefinition" => EndEvent::Compensation {
                activity: trigger::compensation_throw(draft, definition, index),
                wait_for_completion: true,
            },
            _ => EndEvent::Escalation(trigger::escalation_throw(draft, definition, "escalation end event", id)),
        },
    };
    draft.node_mut(index).kind = NodeKind::EndEvent(end);
    node::input_output(draft, index);
}

fn cancel(draft: &mut Draft<'_, '_>, definition: Element<'_>, scope: Option<NodeIndex>, id: &str) -> EndEvent {
    let around = scope.and_then(|scope| draft.node(scope).kind.sub_process_kind());
    if around != Some(&SubProcessKind::Transaction) {
        let message = "end event with cancelEventDefinition only supported inside transaction subprocess";
        draft.cx.findings.error(Code::CancelOutsideTransaction, definition, message).about(id);
    }
    EndEvent::Cancel
}
