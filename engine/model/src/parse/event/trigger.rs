//! Event definitions: what is waited for, what is thrown.

use crate::diagnostic::Code;
use crate::model::{
    Conditional, ErrorCatch, ErrorThrow, EscalationCatch, EscalationThrow, EventTrigger, MessageRef, SignalRef,
    SignalThrow, Timer,
};
use crate::parse::draft::{CompensatedActivity, Draft};
use crate::parse::extension::variables;
use crate::parse::flow;
use crate::parse::text::{is_not_false, unprefixed};
use crate::xml::Element;

/// `messageRef` of an event definition or receive task.
pub(crate) fn message(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> Option<MessageRef> {
    let Some(reference) = definition.attribute("messageRef") else {
        let message = "attribute 'messageRef' is required";
        draft.cx.findings.error(Code::MissingReference, definition, message).about(owner);
        return None;
    };
    let found = draft.cx.roots.messages.get(unprefixed(reference)).cloned();
    if found.is_none() {
        let message = format!("Invalid 'messageRef': no message with id '{reference}' found.");
        draft.cx.findings.error(Code::UnknownReference, definition, message).about(owner);
    }
    found
}

/// The message a throw event names, if any: nothing depends on it.
pub(super) fn thrown_message(draft: &Draft<'_, '_>, definition: Element<'_>) -> MessageRef {
    definition
        .attribute("messageRef")
        .and_then(|reference| draft.cx.roots.messages.get(unprefixed(reference)).cloned())
        .unwrap_or(MessageRef { name: None, correlation_key: None })
}

fn signal_name(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> Option<String> {
    let (code, message) = match definition.attribute("signalRef") {
        None => {
            (Code::MissingReference, "signalEventDefinition does not have required property 'signalRef'".to_owned())
        }
        Some(reference) => match draft.cx.roots.signals.get(unprefixed(reference)) {
            Some(name) => return Some((*name).to_owned()),
            None => (Code::UnknownReference, format!("Could not find signal with id '{reference}'")),
        },
    };
    draft.cx.findings.error(code, definition, message).about(owner);
    None
}

pub(super) fn signal(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> EventTrigger {
    match signal_name(draft, definition, owner) {
        Some(name) => EventTrigger::Signal(SignalRef { name }),
        None => EventTrigger::None,
    }
}

pub(super) fn signal_throw(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> SignalThrow {
    let name = signal_name(draft, definition, owner).unwrap_or_default();
    let payload = variables::ins(definition, owner, &mut draft.cx.findings).mappings;
    SignalThrow { name, is_async: definition.camunda("async") == Some("true"), payload }
}

/// BPMN 2.0.2 section 10.5.5: a date, a cycle or a duration.
pub(crate) fn timer(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> Option<Timer> {
    let text = |name: &str| definition.child(name).map(|e| e.text().trim().to_owned()).filter(|text| !text.is_empty());
    let timer = text("timeDate")
        .map(Timer::Date)
        .or_else(|| text("timeCycle").map(Timer::Cycle))
        .or_else(|| text("timeDuration").map(Timer::Duration));
    if timer.is_none() {
        let message = "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed).";
        draft.cx.findings.error(Code::MissingTimer, definition, message).about(owner);
    }
    timer
}

pub(super) fn timer_trigger(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> EventTrigger {
    timer(draft, definition, owner).map_or(EventTrigger::None, EventTrigger::Timer)
}

pub(super) fn message_trigger(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> EventTrigger {
    message(draft, definition, owner).map_or(EventTrigger::None, EventTrigger::Message)
}

/// A cycle on a timer that interrupts runs once.
pub(super) fn warn_of_cycle(draft: &mut Draft<'_, '_>, definition: Element<'_>, kind: &str, owner: &str) {
    if let Some(cycle) = definition.child("timeCycle") {
        let message = format!("It is not recommended to use a {kind} timer event with a time cycle.");
        draft.cx.findings.warning(Code::TimeCycleOnce, cycle, message).about(owner);
    }
}

pub(super) fn conditional(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> EventTrigger {
    let Some(condition) = definition.child("condition") else {
        let message = "Conditional event must contain an expression for evaluation.";
        draft.cx.findings.error(Code::MissingCondition, definition, message).about(owner);
        return EventTrigger::None;
    };
    let Some(condition) = flow::condition(draft, condition, owner) else {
        return EventTrigger::None;
    };
    let events = definition.camunda("variableEvents").unwrap_or("");
    let mut variable_events = Vec::new();
    for event in events.split(',').map(str::trim).filter(|e| !e.is_empty()) {
        if !matches!(event, "create" | "update" | "delete") {
            let message = format!(
                "Variable event: {event} is not valid. Possible variable change events are: [create, delete, update]"
            );
            draft.cx.findings.warning(Code::IgnoredAttribute, definition, message).about(owner);
        }
        variable_events.push(event.into());
    }
    EventTrigger::Conditional(Conditional {
        condition,
        variable_name: definition.camunda("variableName").map(Into::into),
        variable_events,
    })
}

/// A reference to no `error` element is itself the code; without reference every error is caught.
pub(super) fn error(draft: &Draft<'_, '_>, definition: Element<'_>) -> EventTrigger {
    let code = definition.attribute("errorRef").and_then(|reference| match draft.cx.roots.errors.get(reference) {
        Some(error) => error.code,
        None => Some(reference),
    });
    EventTrigger::Error(ErrorCatch {
        code: code.map(str::to_owned),
        code_variable: definition.camunda("errorCodeVariable").map(Into::into),
        message_variable: definition.camunda("errorMessageVariable").map(Into::into),
    })
}

pub(super) fn error_throw(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> ErrorThrow {
    let reference = definition.attribute("errorRef").unwrap_or("");
    let (code, message) = if reference.is_empty() {
        (Code::MissingReference, "'errorRef' attribute is mandatory on error end event".to_owned())
    } else {
        match draft.cx.roots.errors.get(reference) {
            None => {
                return ErrorThrow { code: reference.to_owned(), message: None };
            }
            Some(error) => match error.code {
                Some(code) => {
                    return ErrorThrow { code: code.to_owned(), message: error.message.map(str::to_owned) };
                }
                None => (
                    Code::MissingErrorCode,
                    format!(
                        "'errorCode' is mandatory on errors referenced by throwing error event definitions, but the error '{reference}' does not define one."
                    ),
                ),
            },
        }
    };
    draft.cx.findings.error(code, definition, message).about(owner);
    ErrorThrow { code: String::new(), message: None }
}

fn unknown_escalation(draft: &mut Draft<'_, '_>, definition: Element<'_>, reference: &str, owner: &str) {
    let message = format!("could not find escalation with id '{reference}'");
    draft.cx.findings.error(Code::UnknownReference, definition, message).about(owner);
}

pub(super) fn escalation(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) -> EscalationCatch {
    let mut code = None;
    if let Some(reference) = definition.attribute("escalationRef") {
        match draft.cx.roots.escalations.get(reference) {
            Some(found) => code = found.map(str::to_owned),
            None => unknown_escalation(draft, definition, reference, owner),
        }
    }
    EscalationCatch { code, code_variable: definition.camunda("escalationCodeVariable").map(Into::into) }
}

/// `what` begins the message when the escalation has no code: `throwing escalation event`, `escalation end event`.
pub(super) fn escalation_throw(
    draft: &mut Draft<'_, '_>,
    definition: Element<'_>,
    what: &str,
    owner: &str,
) -> EscalationThrow {
    let nothing = EscalationThrow { code: String::new() };
    let Some(reference) = definition.attribute("escalationRef") else {
        let message = "escalationEventDefinition does not have required attribute 'escalationRef'";
        draft.cx.findings.error(Code::MissingReference, definition, message).about(owner);
        return nothing;
    };
    match draft.cx.roots.escalations.get(reference) {
        Some(Some(code)) => EscalationThrow { code: (*code).to_owned() },
        Some(None) => {
            let message = format!("{what} must have an 'escalationCode'");
            draft.cx.findings.error(Code::MissingErrorCode, definition, message).about(owner);
            nothing
        }
        None => {
            unknown_escalation(draft, definition, reference, owner);
            nothing
        }
    }
}

/// `activityRef` and whether to wait; Camunda always waits.
pub(super) fn compensation_throw<'t>(
    draft: &mut Draft<'_, 't>,
    definition: Element<'t>,
    event: crate::model::NodeIndex,
) -> Option<smol_str::SmolStr> {
    let activity = definition.attribute("activityRef");
    if let Some(activity) = activity {
        let compensated = CompensatedActivity { definition, event, activity };
        let scope = draft.node(event).parent;
        draft.compensated.entry(scope).or_default().push(compensated);
    }
    if !is_not_false(definition.attribute("waitForCompletion")) {
        let message = "Unsupported attribute value for 'waitForCompletion': 'waitForCompletion=false' is not supported. Compensation event will wait for compensation to join.";
        let owner = draft.node(event).id.clone();
        draft.cx.findings.warning(Code::IgnoredAttribute, definition, message).about(&owner);
    }
    activity.map(Into::into)
}

/// Attributes that mean something only on throwing compensation events.
pub(super) fn warn_of_throw_attributes(draft: &mut Draft<'_, '_>, definition: Element<'_>, owner: &str) {
    for name in ["activityRef", "waitForCompletion"] {
        if definition.attribute(name).is_some() {
            let message = format!(
                "attribute '{name}' is not supported on catching compensation event. attribute will be ignored"
            );
            draft.cx.findings.warning(Code::IgnoredAttribute, definition, message).about(owner);
        }
    }
}
