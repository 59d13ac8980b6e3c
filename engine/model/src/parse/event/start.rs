//! Start events: of a process, of a subprocess, of an event subprocess.

use super::{Waiting, definition, handle_escalation, subscribe, trigger};
use crate::diagnostic::Code;
use crate::model::Dialect;
use crate::model::{EventTrigger, NodeIndex, NodeKind, StartEvent};
use crate::parse::draft::Draft;
use crate::parse::extension::{form, input_output};
use crate::parse::handlers::EscalationHandler;
use crate::parse::text::{has_expression, is_not_false};
use crate::parse::{node, zeebe};
use crate::xml::Element;

/// `first` is the first start event of the scope, beside which a subprocess has no other.
pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex, first: NodeIndex, scope: Option<NodeIndex>) {
    node::common(draft, index);
    let element = draft.element_of(index);
    let start = match scope {
        None => of_process(draft, element),
        Some(scope) => of_sub_process(draft, element, draft.element_of(first), scope),
    };
    draft.node_mut(index).kind = NodeKind::StartEvent(start);
    match draft.cx.dialect {
        Dialect::Camunda => input_output::refuse(element, &mut draft.cx.findings),
        Dialect::Zeebe => draft.node_mut(index).outputs = zeebe::input_output(element).outputs,
    }
}

/// At most one start event without trigger, or with a timer, in a process.
pub(crate) fn check_initial(draft: &mut Draft<'_, '_>, starts: &[NodeIndex]) {
    let exclusive = starts.iter().filter(|index| {
        matches!(
            &draft.node(**index).kind,
            NodeKind::StartEvent(StartEvent { trigger: EventTrigger::None | EventTrigger::Timer(_), .. })
        )
    });
    let surplus: Vec<NodeIndex> = exclusive.copied().skip(1).collect();
    for index in surplus {
        let id = draft.node(index).id.clone();
        let message = "multiple none start events or timer start events not supported on process definition";
        draft.cx.findings.error(Code::MultipleStartEvents, draft.element, message).about(&id);
    }
}

fn of_process<'t>(draft: &mut Draft<'_, 't>, element: Element<'t>) -> StartEvent {
    let id = element.id().unwrap_or("");
    let definition = definition(
        draft,
        element,
        &["timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "conditionalEventDefinition"],
    );
    let trigger = match definition {
        None => EventTrigger::None,
        Some(definition) => {
            let trigger = match definition.name() {
                "timerEventDefinition" => trigger::timer_trigger(draft, definition, id),
                "messageEventDefinition" => message(draft, definition, id),
                "signalEventDefinition" => trigger::signal(draft, definition, id),
                _ => trigger::conditional(draft, definition, id),
            };
            let waiting = Waiting { scope: draft.scope_id(None), event: id, starts_process: true };
            let at = match &trigger {
                EventTrigger::Conditional(_) => definition,
                _ => element,
            };
            subscribe(draft, &waiting, &trigger, at);
            trigger
        }
    };
    StartEvent {
        trigger,
        is_interrupting: true,
        initiator: element.camunda("initiator").map(Into::into),
        form: match draft.cx.dialect {
            Dialect::Camunda => form::parse(element, &mut draft.cx.findings),
            Dialect::Zeebe => zeebe::form(element),
        },
    }
}

/// There are no variables before there is an instance, so the name must be literal.
fn message(draft: &mut Draft<'_, '_>, definition: Element<'_>, id: &str) -> EventTrigger {
    let trigger = trigger::message_trigger(draft, definition, id);
    if let EventTrigger::Message(message) = &trigger
        && let Some(name) = &message.name
        && has_expression(name, draft.cx.dialect)
    {
        let message = format!(
            "Invalid message name '{name}' for element 'messageEventDefinition': expressions in the message start event name are not allowed!"
        );
        draft.cx.findings.error(Code::MessageNameExpression, definition, message).about(id);
    }
    trigger
}

fn of_sub_process<'t>(
    draft: &mut Draft<'_, 't>,
    element: Element<'t>,
    first: Element<'t>,
    scope: NodeIndex,
) -> StartEvent {
    let id = element.id().unwrap_or("");
    let parent = draft.element_of(scope);
    let is_event_subprocess = draft.node(scope).kind.is_event_subprocess();
    if element != first {
        let message = "multiple start events not supported for subprocess";
        draft.cx.findings.error(Code::MultipleStartEvents, parent, message).about(id);
    }
    let is_interrupting = is_not_false(element.attribute("isInterrupting"));
    let trigger = if is_event_subprocess {
        of_event_sub_process(draft, element, scope, is_interrupting)
    } else {
        refuse_triggers(draft, element, id);
        EventTrigger::None
    };
    StartEvent { trigger, is_interrupting, initiator: None, form: None }
}

fn refuse_triggers(draft: &mut Draft<'_, '_>, element: Element<'_>, id: &str) {
    const REFUSED: [(&str, &str); 7] = [
        ("conditionalEventDefinition", "conditionalEventDefinition is not allowed on start event within a subprocess"),
        ("timerEventDefinition", "timerEventDefinition is not allowed on start event within a subprocess"),
        ("escalationEventDefinition", "escalationEventDefinition is not allowed on start event within a subprocess"),
        ("compensateEventDefinition", "compensateEventDefinition is not allowed on start event within a subprocess"),
        (
            "errorEventDefinition",
            "errorEventDefinition only allowed on start event if subprocess is an event subprocess",
        ),
        (
            "messageEventDefinition",
            "messageEventDefinition only allowed on start event if subprocess is an event subprocess",
        ),
        (
            "signalEventDefinition",
            "signalEventDefintion only allowed on start event if subprocess is an event subprocess",
        ),
    ];
    for (name, message) in REFUSED {
        if let Some(definition) = element.child(name) {
            draft.cx.findings.error(Code::StartTriggerNotAllowed, definition, message).about(id);
        }
    }
}

fn of_event_sub_process<'t>(
    draft: &mut Draft<'_, 't>,
    element: Element<'t>,
    scope: NodeIndex,
    is_interrupting: bool,
) -> EventTrigger {
    let id = element.id().unwrap_or("");
    let found = definition(
        draft,
        element,
        &[
            "errorEventDefinition",
            "messageEventDefinition",
            "signalEventDefinition",
            "timerEventDefinition",
            "compensateEventDefinition",
            "escalationEventDefinition",
            "conditionalEventDefinition",
        ],
    );
    let Some(definition) = found else {
        let message = "start event of event subprocess must be of type 'error', 'message', 'timer', 'signal', 'compensation' or 'escalation'";
        draft.cx.findings.error(Code::MissingStartTrigger, element, message);
        return EventTrigger::None;
    };
    let around = draft.node(scope).parent;
    let waiting = Waiting { scope: draft.scope_id(around), event: id, starts_process: false };
    match definition.name() {
        "errorEventDefinition" => {
            if !is_interrupting {
                let message = "error start event of event subprocess must be interrupting";
                draft.cx.findings.error(Code::NonInterruptingError, element, message);
            }
            trigger::error(draft, definition)
        }
        "compensateEventDefinition" => {
            compensation(draft, element, around);
            trigger::warn_of_throw_attributes(draft, definition, id);
            EventTrigger::Compensation
        }
        "escalationEventDefinition" => {
            let catch = trigger::escalation(draft, definition, id);
            handle_escalation(draft, &waiting, EscalationHandler::EventSubprocess, catch.code.as_deref(), definition);
            EventTrigger::Escalation(catch)
        }
        name => {
            let trigger = match name {
                "messageEventDefinition" => trigger::message_trigger(draft, definition, id),
                "signalEventDefinition" => trigger::signal(draft, definition, id),
                "timerEventDefinition" => {
                    if is_interrupting {
                        trigger::warn_of_cycle(draft, definition, "interrupting start", id);
                    }
                    trigger::timer_trigger(draft, definition, id)
                }
                _ => trigger::conditional(draft, definition, id),
            };
            subscribe(draft, &waiting, &trigger, definition);
            trigger
        }
    }
}

/// BPMN 2.0.2 section 10.7.1: it compensates the subprocess around it, so there must be one, and one handler only.
fn compensation(draft: &mut Draft<'_, '_>, element: Element<'_>, around: Option<NodeIndex>) {
    let Some(around) = around else {
        let message = "event subprocess with compensation start event is only supported for embedded subprocess (since throwing compensation through a call activity-induced process hierarchy is not supported)";
        draft.cx.findings.error(Code::Compensation, element, message);
        return;
    };
    let is_only = draft.handlers.compensation_subprocesses.insert(around);
    if is_only {
        return;
    }
    let message = "multiple event subprocesses with compensation start event are not supported on the same scope";
    draft.cx.findings.error(Code::Compensation, element, message);
}
