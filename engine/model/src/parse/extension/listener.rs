//! `camunda:executionListener`, and what it has in common with `camunda:taskListener`.

use super::script;
use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::model::{ExecutionListener, ListenerAction, ListenerEvent};
use crate::xml::{Element, Namespace};

/// Listeners of a process, activity or event: `start` and `end`.
pub(crate) fn of_scope(element: Element<'_>, findings: &mut Findings) -> Vec<ExecutionListener> {
    let owner = element.id().unwrap_or("");
    refuse_zeebe(element, findings);
    let listener = |listener: Element<'_>| {
        let event = match listener.attribute("event").map(str::trim) {
            Some("start") => ListenerEvent::Start,
            Some("end") => ListenerEvent::End,
            None | Some("") => {
                let message = "Attribute 'event' is mandatory on listener";
                findings.error(Code::InvalidListener, listener, message).about(owner);
                return None;
            }
            Some(_) => {
                let message = "Attribute 'event' must be one of {start|end}";
                findings.error(Code::InvalidListener, listener, message).about(owner);
                return None;
            }
        };
        let action = action(listener, "executionListener", owner, findings)?;
        Some(ExecutionListener { event, action })
    };
    element.extensions("executionListener").filter_map(listener).collect()
}

/// Listeners of a sequence flow: always `take`, whatever is written.
pub(crate) fn of_flow(element: Element<'_>, findings: &mut Findings) -> Vec<ExecutionListener> {
    let owner = element.id().unwrap_or("");
    let listener = |listener: Element<'_>| {
        let action = action(listener, "executionListener", owner, findings)?;
        Some(ExecutionListener { event: ListenerEvent::Take, action })
    };
    element.extensions("executionListener").filter_map(listener).collect()
}

/// What a listener does. `name` is the local name of the element, for messages.
pub(crate) fn action(
    listener: Element<'_>,
    name: &str,
    owner: &str,
    findings: &mut Findings,
) -> Option<ListenerAction> {
    let mut error = |message: &str| {
        findings.error(Code::InvalidListener, listener, message).about(owner);
        None
    };
    if let Some(class) = listener.attribute("class") {
        if class.is_empty() {
            return error("Attribute 'class' cannot be empty");
        }
        return Some(ListenerAction::JavaClass(class.to_owned()));
    }
    if let Some(expression) = listener.attribute("expression") {
        return Some(ListenerAction::Expression(expression.to_owned()));
    }
    if let Some(expression) = listener.attribute("delegateExpression") {
        if expression.is_empty() {
            return error("Attribute 'delegateExpression' cannot be empty");
        }
        return Some(ListenerAction::DelegateExpression(expression.to_owned()));
    }
    let Some(element) = listener.child_in(Namespace::Camunda, "script") else {
        return error(&format!(
            "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on {name}"
        ));
    };
    match script::element(element) {
        Ok(script) => Some(ListenerAction::Script(script)),
        Err(reason) => error(&reason),
    }
}

/// Zeebe's listeners are jobs of a kind this engine does not have.
fn refuse_zeebe(element: Element<'_>, findings: &mut Findings) {
    for name in ["executionListeners", "taskListeners"] {
        if let Some(listeners) = element.zeebe_extension(name) {
            let message = format!("zeebe:{name} are not supported");
            findings.error(Code::UnsupportedExtension, listeners, message).about(element.id().unwrap_or(""));
        }
    }
}
