//! Intermediate throw events.

use super::{definition, trigger};
use crate::model::{NodeIndex, NodeKind, ThrowEvent};
use crate::parse::draft::Draft;
use crate::parse::task::service;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    let id = element.id().unwrap_or("");
    let found = definition(
        draft,
        element,
        &[
            "linkEventDefinition",
            "signalEventDefinition",
            "compensateEventDefinition",
            "messageEventDefinition",
            "escalationEventDefinition",
        ],
    );
    let throw = match found {
        None => ThrowEvent::None,
        Some(definition) => match definition.name() {
            "linkEventDefinition" => {
                let name = definition.attribute("name").unwrap_or("");
                draft.link_sources.insert(index, name);
                ThrowEvent::Link(name.into())
            }
            "signalEventDefinition" => ThrowEvent::Signal(trigger::signal_throw(draft, definition, id)),
            "compensateEventDefinition" => ThrowEvent::Compensation {
                activity: trigger::compensation_throw(draft, definition, index),
                wait_for_completion: true,
            },
            "messageEventDefinition" => {
                let task = service::of_message_event(draft, definition, element, "intermediateMessageThrowEvent");
                ThrowEvent::Message(trigger::thrown_message(draft, definition), Box::new(task))
            }
            _ => ThrowEvent::Escalation(trigger::escalation_throw(draft, definition, "throwing escalation event", id)),
        },
    };
    NodeKind::IntermediateThrowEvent(throw)
}
