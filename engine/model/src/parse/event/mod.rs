//! Events, one file per position; what they wait for or throw is read by [`trigger`].

pub(super) mod boundary;
pub(super) mod catch;
pub(super) mod end;
pub(super) mod start;
pub(crate) mod throw;
mod trigger;

use smol_str::SmolStr;

use super::draft::Draft;
use super::handlers::{EscalationHandler, Subscription, SubscriptionKind};
use crate::diagnostic::Code;
use crate::model::EventTrigger;
use crate::xml::Element;

/// Where an event waits.
struct Waiting<'a> {
    /// Id of the scope whose tokens it interrupts or adds to.
    scope: SmolStr,
    /// Id of the event.
    event: &'a str,
    starts_process: bool,
}

/// Notes what the event waits for; two of the same in one scope are an error.
fn subscribe(draft: &mut Draft<'_, '_>, waiting: &Waiting<'_>, trigger: &EventTrigger, at: Element<'_>) {
    let (kind, name) = match trigger {
        EventTrigger::Message(message) => {
            let name = message.name.as_deref().map_or("", str::trim);
            if name.is_empty() {
                let message = "Cannot have a message event subscription with an empty or missing name";
                draft.cx.findings.error(Code::MissingMessageName, at, message).about(waiting.event);
                return;
            }
            (SubscriptionKind::Message, name.to_owned())
        }
        EventTrigger::Signal(signal) => (SubscriptionKind::Signal, signal.name.clone()),
        EventTrigger::Conditional(conditional) if waiting.starts_process => {
            let text = match &conditional.condition {
                crate::model::Condition::Expression(text) => text.clone(),
                crate::model::Condition::Script(_) => at.child("condition").map_or("", |c| c.text().trim()).to_owned(),
            };
            (SubscriptionKind::Condition, text)
        }
        _ => return,
    };
    let subscription = Subscription { kind, name, starts_process: waiting.starts_process };
    let known = draft.handlers.subscriptions.entry(waiting.scope.clone()).or_default();
    if known.contains(&subscription) {
        let Subscription { kind, name, .. } = &subscription;
        let scope = &waiting.scope;
        let message = match kind {
            SubscriptionKind::Message => {
                format!("Cannot have more than one message event subscription with name '{name}' for scope '{scope}'")
            }
            SubscriptionKind::Signal => {
                format!("Cannot have more than one signal event subscription with name '{name}' for scope '{scope}'")
            }
            SubscriptionKind::Condition => {
                format!("Cannot have more than one conditional event subscription with the same condition '{name}'")
            }
        };
        draft.cx.findings.error(Code::DuplicateSubscription, at, message).about(waiting.event);
    }
    known.insert(subscription);
}

/// One escalation handler per code and scope, and none beside a catch-all.
fn handle_escalation(
    draft: &mut Draft<'_, '_>,
    waiting: &Waiting<'_>,
    handler: EscalationHandler,
    code: Option<&str>,
    at: Element<'_>,
) {
    let (one, several) = match handler {
        EscalationHandler::EventSubprocess => ("event subprocess", "event subprocesses"),
        EscalationHandler::BoundaryEvent => ("boundary event", "boundary events"),
    };
    let known = draft.handlers.escalations.entry((waiting.scope.clone(), handler)).or_default();
    let message = match code {
        None if known.catches_all => Some(format!(
            "The same scope can not contains more than one escalation {one} without escalation code. An escalation {one} without escalation code catch all escalation events."
        )),
        Some(code) if known.codes.contains(code) => Some(format!(
            "multiple escalation {several} with the same escalationCode '{code}' are not supported on same scope"
        )),
        _ if known.catches_all || (code.is_none() && !known.codes.is_empty()) => Some(format!(
            "The same scope can not contains an escalation {one} without escalation code and another one with escalation code. The escalation {one} without escalation code catch all escalation events."
        )),
        _ => None,
    };
    match code {
        None => known.catches_all = true,
        Some(code) => {
            known.codes.insert(code.to_owned());
        }
    }
    if let Some(message) = message {
        draft.cx.findings.error(Code::DuplicateEscalationHandler, at, message).about(waiting.event);
    }
}

/// The first of `names` that the event has as definition. Camunda looks for them in a fixed order and ignores the
/// others; here the others are warned of.
fn definition<'t>(draft: &mut Draft<'_, 't>, event: Element<'t>, names: &[&str]) -> Option<Element<'t>> {
    let found = names.iter().find_map(|name| event.child(name));
    let definitions = event
        .children()
        .filter(|e| e.name().ends_with("EventDefinition") || e.name() == "eventDefinitionRef")
        .filter(|e| Some(*e) != found);
    for ignored in definitions {
        let message =
            format!("Ignoring unsupported {} of {} '{}'", ignored.name(), event.name(), event.id().unwrap_or("null"));
        draft.cx.findings.warning(Code::UnsupportedEvent, ignored, message).about(event.id().unwrap_or(""));
    }
    found
}

pub(super) use trigger::timer;

/// The message a receive task waits for.
pub(super) fn receive(draft: &mut Draft<'_, '_>, task: Element<'_>) -> Option<crate::model::MessageRef> {
    let id = task.id().unwrap_or("");
    let message = trigger::message(draft, task, id)?;
    let waiting = Waiting { scope: id.into(), event: id, starts_process: false };
    let trigger = EventTrigger::Message(message.clone());
    subscribe(draft, &waiting, &trigger, task);
    Some(message)
}
