//! Intermediate catch events.

use super::{Waiting, definition, subscribe, trigger};
use crate::diagnostic::Code;
use crate::model::{EventTrigger, NodeIndex, NodeKind};
use crate::parse::draft::Draft;
use crate::parse::node;
use crate::xml::Element;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    node::common(draft, index);
    let element = draft.element_of(index);
    let id = element.id().unwrap_or("");
    let found = definition(
        draft,
        element,
        &[
            "timerEventDefinition",
            "signalEventDefinition",
            "messageEventDefinition",
            "linkEventDefinition",
            "conditionalEventDefinition",
        ],
    );
    let trigger = match found {
        None => {
            let message = "Unsupported intermediate catch event type";
            draft.cx.findings.error(Code::UnsupportedEvent, element, message);
            EventTrigger::None
        }
        Some(definition) => {
            let trigger = match definition.name() {
                "timerEventDefinition" => trigger::timer_trigger(draft, definition, id),
                "signalEventDefinition" => trigger::signal(draft, definition, id),
                "messageEventDefinition" => trigger::message_trigger(draft, definition, id),
                "linkEventDefinition" => link(draft, element, definition, index),
                _ => trigger::conditional(draft, definition, id),
            };
            let waiting = Waiting { scope: subscribing_scope(draft, index, id), event: id, starts_process: false };
            subscribe(draft, &waiting, &trigger, definition);
            trigger
        }
    };
    draft.node_mut(index).kind = NodeKind::IntermediateCatchEvent(trigger);
    node::input_output(draft, index);
}

/// The event itself, or the event-based gateway that owns it together with others.
fn subscribing_scope(draft: &Draft<'_, '_>, index: NodeIndex, id: &str) -> smol_str::SmolStr {
    if !draft.behind_gateway.contains(&index) {
        return id.into();
    }
    let scope = draft.node(index).parent;
    let owner =
        draft.flows_to.get(id).into_iter().flatten().filter_map(|flow| flow.attribute("sourceRef")).find(|source| {
            draft.in_scope(source, scope).is_some_and(|i| draft.element_of(i).name() == "eventBasedGateway")
        });
    owner.unwrap_or(id).into()
}

fn link<'t>(
    draft: &mut Draft<'_, 't>,
    element: Element<'t>,
    definition: Element<'t>,
    index: NodeIndex,
) -> EventTrigger {
    if draft.behind_gateway.contains(&index) {
        let message = "IntermediateCatchLinkEvent is not allowed after an EventBasedGateway.";
        draft.cx.findings.error(Code::EventBasedGateway, element, message);
    }
    let name = definition.attribute("name").unwrap_or("");
    if draft.link_targets.contains_key(name) {
        let message =
            format!("Multiple Intermediate Catch Events with the same link event name ('{name}') are not allowed.");
        draft.cx.findings.error(Code::LinkName, element, message);
    } else {
        if element.attribute("name") != Some(name) {
            let message = format!(
                "Link Event named '{}' contains link event definition with name '{name}' - it is recommended to use the same name for both.",
                element.attribute("name").unwrap_or("null")
            );
            draft.cx.findings.warning(Code::LinkName, element, message);
        }
        draft.link_targets.insert(name, index);
    }
    EventTrigger::Link(name.into())
}
