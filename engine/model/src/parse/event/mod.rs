//! Events, one file per position; what they wait for or throw is read by [`trigger`].

pub(super) mod boundary;
pub(super) mod catch;
pub(super) mod end;
pub(super) mod start;
pub(super) mod throw;
mod trigger;

use std::collections::HashMap;

use smol_str::SmolStr;

use super::process::Draft;
use crate::diagnostic::Code;
use crate::model::{EventTrigger, NodeIndex};
use crate::xml::Element;

/// What each scope already waits for, by the scope's id.
#[derive(Default)]
pub(crate) struct Handlers {
    subscriptions: HashMap<SmolStr, Vec<Subscription>>,
    escalations: HashMap<SmolStr, Vec<Escalation>>,
    compensation_subprocesses: HashMap<NodeIndex, NodeIndex>,
}

#[derive(PartialEq, Eq)]
struct Subscription {
    kind: SubscriptionKind,
    name: String,
    /// Start events of a process and its other events do not meet.
    starts_process: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SubscriptionKind {
    Message,
    Signal,
    Condition,
}

struct Escalation {
    is_subprocess: bool,
    code: Option<String>,
}

impl Handlers {
    /// An event subprocess with a compensation start event handles this activity.
    pub(crate) fn has_compensation_subprocess(&self, activity: NodeIndex) -> bool {
        self.compensation_subprocesses.contains_key(&activity)
    }
}

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
                draft
                    .cx
                    .findings
                    .error(Code::MissingMessageName, at, message)
                    .about(waiting.event);
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
    let subscription = Subscription {
        kind,
        name,
        starts_process: waiting.starts_process,
    };
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
        draft
            .cx
            .findings
            .error(Code::DuplicateSubscription, at, message)
            .about(waiting.event);
    }
    known.push(subscription);
}

/// One escalation handler per code and scope, and none beside a catch-all.
fn handle_escalation(
    draft: &mut Draft<'_, '_>,
    waiting: &Waiting<'_>,
    is_subprocess: bool,
    code: Option<&str>,
    at: Element<'_>,
) {
    let what = if is_subprocess {
        "event subprocess"
    } else {
        "boundary event"
    };
    let known = draft.handlers.escalations.entry(waiting.scope.clone()).or_default();
    for other in known.iter().filter(|o| o.is_subprocess == is_subprocess) {
        let message = match (other.code.as_deref(), code) {
            (None, None) => format!(
                "The same scope can not contains more than one escalation {what} without escalation code. An escalation {what} without escalation code catch all escalation events."
            ),
            (None, Some(_)) | (Some(_), None) => format!(
                "The same scope can not contains an escalation {what} without escalation code and another one with escalation code. The escalation {what} without escalation code catch all escalation events."
            ),
            (Some(one), Some(two)) if one == two => {
                let several = if is_subprocess {
                    "event subprocesses"
                } else {
                    "boundary events"
                };
                format!(
                    "multiple escalation {several} with the same escalationCode '{two}' are not supported on same scope"
                )
            }
            _ => continue,
        };
        draft
            .cx
            .findings
            .error(Code::DuplicateEscalationHandler, at, message)
            .about(waiting.event);
    }
    known.push(Escalation {
        is_subprocess,
        code: code.map(str::to_owned),
    });
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
        let message = format!(
            "Ignoring unsupported {} of {} '{}'",
            ignored.name(),
            event.name(),
            event.id().unwrap_or("null")
        );
        draft
            .cx
            .findings
            .warning(Code::UnsupportedEvent, ignored, message)
            .about(event.id().unwrap_or(""));
    }
    found
}

pub(super) use trigger::timer;

/// The message a receive task waits for.
pub(super) fn receive(draft: &mut Draft<'_, '_>, task: Element<'_>) -> Option<crate::model::MessageRef> {
    let id = task.id().unwrap_or("");
    let message = trigger::message(draft, task, id)?;
    let waiting = Waiting {
        scope: id.into(),
        event: id,
        starts_process: false,
    };
    let trigger = EventTrigger::Message(message.clone());
    subscribe(draft, &waiting, &trigger, task);
    Some(message)
}
