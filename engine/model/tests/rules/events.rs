//! Rules about events, their definitions and the scopes they belong to.

use casewright_engine_model::diagnostic::Code;
use casewright_engine_model::{Limits, parse};

use crate::{read, read_process, refused, warned};

#[test]
fn a_process_has_one_none_or_timer_start_event() {
    refused(read_process("", ""), Code::MissingStartEvent, "process must define a startEvent element", "p");
    refused(
        read(
            "<startEvent id='b'><timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition></startEvent>",
        ),
        Code::MultipleStartEvents,
        "multiple none start events or timer start events not supported on process definition",
        "b",
    );
    let message = "<startEvent id='b'><messageEventDefinition messageRef='m'/></startEvent>";
    assert!(read(message).is_ok());
    refused(
        read(&(message.to_owned() + &message.replace("'b'", "'c'"))),
        Code::DuplicateSubscription,
        "Cannot have more than one message event subscription with name 'msg' for scope 'p'",
        "c",
    );
}

#[test]
fn a_subprocess_has_one_none_start_event() {
    refused(
        read("<subProcess id='sub'/>"),
        Code::MissingStartEvent,
        "subProcess must define a startEvent element",
        "sub",
    );
    refused(
        read("<subProcess id='sub'><startEvent id='a'/><startEvent id='b'/></subProcess>"),
        Code::MultipleStartEvents,
        "multiple start events not supported for subprocess",
        "b",
    );
    for (definition, message) in [
        ("<signalEventDefinition signalRef='s'/>", "signalEventDefintion only allowed on start event"),
        ("<timerEventDefinition/>", "timerEventDefinition is not allowed on start event within a subprocess"),
        ("<errorEventDefinition/>", "errorEventDefinition only allowed on start event"),
    ] {
        refused(
            read(&format!("<subProcess id='sub'><startEvent id='a'>{definition}</startEvent></subProcess>")),
            Code::StartTriggerNotAllowed,
            message,
            "a",
        );
    }
}

fn event_sub_process(start: &str) -> String {
    format!("<subProcess id='es' triggeredByEvent='true'>{start}</subProcess>")
}

#[test]
fn an_event_subprocess_starts_with_a_trigger() {
    refused(
        read(&event_sub_process("<startEvent id='a'/>")),
        Code::MissingStartTrigger,
        "start event of event subprocess must be of type",
        "a",
    );
    refused(
        read(&event_sub_process("<startEvent id='a' isInterrupting='false'><errorEventDefinition/></startEvent>")),
        Code::NonInterruptingError,
        "error start event of event subprocess must be interrupting",
        "a",
    );
    refused(
        read(&event_sub_process("<startEvent id='a'><compensateEventDefinition/></startEvent>")),
        Code::Compensation,
        "event subprocess with compensation start event is only supported for embedded subprocess",
        "a",
    );
    let two = "<startEvent id='in'/>".to_owned()
        + &event_sub_process("<startEvent id='a'><compensateEventDefinition/></startEvent>")
        + &event_sub_process("<startEvent id='b'><compensateEventDefinition/></startEvent>").replace("'es'", "'es2'");
    refused(
        read(&format!("<subProcess id='sub'>{two}</subProcess>")),
        Code::Compensation,
        "multiple event subprocesses with compensation start event are not supported on the same scope",
        "b",
    );
    let both = "<subProcess id='sub'><startEvent id='in'/>".to_owned()
        + &event_sub_process("<startEvent id='a'><compensateEventDefinition/></startEvent>")
        + "</subProcess><boundaryEvent id='b' attachedToRef='sub'><compensateEventDefinition/></boundaryEvent><userTask id='undo' isForCompensation='true'/><association id='as' sourceRef='b' targetRef='undo'/>";
    refused(
        read(&both),
        Code::Compensation,
        "compensation boundary event and event subprocess with compensation start event are not supported on the same scope",
        "sub",
    );
}

#[test]
fn events_name_definitions_that_exist() {
    let catch =
        |definition: &str| read(&format!("<intermediateCatchEvent id='c'>{definition}</intermediateCatchEvent>"));
    refused(catch(""), Code::UnsupportedEvent, "Unsupported intermediate catch event type", "c");
    refused(catch("<messageEventDefinition/>"), Code::MissingReference, "attribute 'messageRef' is required", "c");
    refused(
        catch("<messageEventDefinition messageRef='x'/>"),
        Code::UnknownReference,
        "Invalid 'messageRef': no message with id 'x' found.",
        "c",
    );
    refused(
        catch("<messageEventDefinition messageRef='nameless'/>"),
        Code::MissingMessageName,
        "Cannot have a message event subscription with an empty or missing name",
        "c",
    );
    refused(
        catch("<signalEventDefinition/>"),
        Code::MissingReference,
        "signalEventDefinition does not have required property 'signalRef'",
        "c",
    );
    refused(
        catch("<signalEventDefinition signalRef='x'/>"),
        Code::UnknownReference,
        "Could not find signal with id 'x'",
        "c",
    );
    refused(
        catch("<timerEventDefinition/>"),
        Code::MissingTimer,
        "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed).",
        "c",
    );
    refused(
        catch("<conditionalEventDefinition/>"),
        Code::MissingCondition,
        "Conditional event must contain an expression for evaluation.",
        "c",
    );
    let end = |definition: &str| read(&format!("<endEvent id='e'>{definition}</endEvent>"));
    refused(
        end("<errorEventDefinition/>"),
        Code::MissingReference,
        "'errorRef' attribute is mandatory on error end event",
        "e",
    );
    refused(
        end("<errorEventDefinition errorRef='codeless'/>"),
        Code::MissingErrorCode,
        "but the error 'codeless' does not define one",
        "e",
    );
    assert!(end("<errorEventDefinition errorRef='ITSELF'/>").is_ok());
    refused(
        end("<escalationEventDefinition escalationRef='esc-codeless'/>"),
        Code::MissingErrorCode,
        "escalation end event must have an 'escalationCode'",
        "e",
    );
    refused(
        end("<cancelEventDefinition/>"),
        Code::CancelOutsideTransaction,
        "end event with cancelEventDefinition only supported inside transaction subprocess",
        "e",
    );
    refused(
        read_process("", "<startEvent id='a'><messageEventDefinition messageRef='m2'/></startEvent>"),
        Code::MessageNameExpression,
        "Invalid message name 'msg-${x}' for element 'messageEventDefinition': expressions in the message start event name are not allowed!",
        "a",
    );
}

#[test]
fn root_elements_have_ids_and_names_of_their_own() {
    let roots = |root: &str| {
        parse(
            format!("<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='t'>{root}</definitions>").as_bytes(),
            "roots.bpmn",
            &Limits::default(),
        )
    };
    let code = Code::InvalidDefinition;
    refused(roots("<signal id='a' name='n'/><signal id='b' name='n'/>"), code, "duplicate signal name 'n'.", "b");
    refused(roots("<signal name='n'/>"), code, "signal must have an id", "");
    refused(roots("<signal id='a'/>"), code, "signal with id 'a' has no name", "a");
    refused(roots("<error/>"), code, "'id' is mandatory on error definition", "");
    refused(roots("<escalation/>"), code, "escalation must have an id", "");
}

#[test]
fn boundary_events_sit_on_activities_that_support_them() {
    let boundary = |definition: &str| {
        read(&format!(
            "<serviceTask id='t' camunda:expression='${{a}}'/><boundaryEvent id='b' attachedToRef='t'>{definition}</boundaryEvent>"
        ))
    };
    let code = Code::InvalidBoundaryEvent;
    refused(boundary(""), code, "Unsupported boundary event type", "b");
    refused(
        boundary("<escalationEventDefinition escalationRef='esc'/>"),
        code,
        "An escalation boundary event should only be attached to a subprocess, a call activity or an user task",
        "b",
    );
    refused(
        boundary("<cancelEventDefinition/>"),
        Code::CancelOutsideTransaction,
        "boundary event with cancelEventDefinition only supported on transaction subprocesses",
        "b",
    );
    refused(
        read("<boundaryEvent id='b' attachedToRef='nowhere'><timerEventDefinition/></boundaryEvent>"),
        code,
        "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as the boundary event",
        "b",
    );
    let escalations = |second: &str| {
        read(&format!(
            "<userTask id='t'/><boundaryEvent id='b' attachedToRef='t'><escalationEventDefinition/></boundaryEvent><boundaryEvent id='c' attachedToRef='t'><escalationEventDefinition {second}/></boundaryEvent>"
        ))
    };
    refused(
        escalations(""),
        Code::DuplicateEscalationHandler,
        "The same scope can not contains more than one escalation boundary event without escalation code.",
        "c",
    );
    refused(
        escalations("escalationRef='esc'"),
        Code::DuplicateEscalationHandler,
        "and another one with escalation code.",
        "c",
    );
}

#[test]
fn compensation_names_an_activity_of_its_scope() {
    let throw = "<intermediateThrowEvent id='c'><compensateEventDefinition activityRef='x'/></intermediateThrowEvent>";
    refused(
        read(throw),
        Code::Compensation,
        "Invalid attribute value for 'activityRef': no activity with id 'x' in scope 'p'",
        "c",
    );
    assert!(read(&format!("{throw}<task id='x'/>")).is_ok());
    let from_event_sub_process = format!(
        "<subProcess id='sub'><startEvent id='in'/><task id='x'/>{}</subProcess>",
        event_sub_process(&format!("<startEvent id='a'><errorEventDefinition/></startEvent>{throw}"))
    );
    assert!(read(&from_event_sub_process).is_ok());
    warned(
        "<intermediateThrowEvent id='c'><compensateEventDefinition waitForCompletion='false'/></intermediateThrowEvent>",
        Code::IgnoredAttribute,
        "'waitForCompletion=false' is not supported",
    );
}

#[test]
fn an_event_based_gateway_waits_and_has_no_async_after() {
    refused(
        read("<eventBasedGateway id='g' camunda:asyncAfter='true'/>"),
        Code::EventBasedGateway,
        "'asyncAfter' not supported for eventBasedGateway elements.",
        "g",
    );
    refused(
        read("<eventBasedGateway id='g'/><receiveTask id='r'/><sequenceFlow id='f' sourceRef='g' targetRef='r'/>"),
        Code::EventBasedGateway,
        "Event based gateway can only be connected to elements of type intermediateCatchEvent",
        "g",
    );
}
