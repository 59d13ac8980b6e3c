//! One small model per rule of deployment: what is refused, with which code and words, about which element.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use casewright_engine_model::diagnostic::{Code, Diagnostic};
use casewright_engine_model::{Limits, Parsed, Rejected, parse};

const ROOTS: &str = r#"
  <message id="m" name="msg"/> <message id="m2" name="msg-${x}"/> <message id="nameless"/>
  <signal id="s" name="sig"/> <error id="coded" errorCode="E1"/> <error id="codeless"/>
  <escalation id="esc" escalationCode="C1"/> <escalation id="esc-codeless"/>"#;

fn read_process(attributes: &str, body: &str) -> Result<Parsed, Rejected> {
    let xml = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">{ROOTS}
  <process id="p" isExecutable="true" {attributes}>{body}</process></definitions>"#
    );
    parse(xml.as_bytes(), "rule.bpmn", &Limits::default())
}

/// `body` goes beside a none start event.
fn read(body: &str) -> Result<Parsed, Rejected> {
    read_process("", &format!("<startEvent id='start'/>{body}"))
}

#[track_caller]
fn refused(result: Result<Parsed, Rejected>, code: Code, message: &str, element: &str) {
    let errors = result.expect_err("the model is refused").errors;
    let found = errors.iter().any(|e| {
        e.code == code.id()
            && e.message.contains(message)
            && e.element_id.as_deref().unwrap_or("") == element
            && e.line > 0
    });
    assert!(
        found,
        "wants {} {message:?} about {element:?}, has {errors:#?}",
        code.id()
    );
}

#[track_caller]
fn warned(body: &str, code: Code, message: &str) -> Vec<Diagnostic> {
    let warnings = read(body)
        .map_err(|r| r.errors)
        .expect("the model is accepted")
        .warnings;
    assert!(
        warnings
            .iter()
            .any(|w| w.code == code.id() && w.message.contains(message)),
        "wants {message:?}, has {warnings:#?}"
    );
    warnings
}

#[test]
fn history_time_to_live_is_days() {
    let ttl = |value: &str| {
        read_process(
            &format!("camunda:historyTimeToLive='{value}'"),
            "<startEvent id='start'/>",
        )
        .map(|p| p.definitions.processes[0].history_time_to_live)
    };
    assert_eq!(ttl("5").unwrap(), Some(5));
    assert_eq!(ttl("P5D").unwrap(), Some(5));
    assert_eq!(ttl("").unwrap(), None);
    let code = Code::InvalidHistoryTimeToLive;
    refused(
        ttl("PxD").map(|_| unreachable()),
        code,
        "Cannot parse historyTimeToLive: For input string: \"PxD\"",
        "p",
    );
    refused(
        ttl("-1").map(|_| unreachable()),
        code,
        "negative value is not allowed",
        "p",
    );
    refused(
        ttl("P5M").map(|_| unreachable()),
        code,
        "Cannot parse historyTimeToLive",
        "p",
    );
    refused(
        ttl("99999999999").map(|_| unreachable()),
        code,
        "Cannot parse historyTimeToLive",
        "p",
    );
}

fn unreachable() -> Parsed {
    panic!("the value is refused")
}

#[test]
fn a_process_has_one_none_or_timer_start_event() {
    refused(
        read_process("", ""),
        Code::MissingStartEvent,
        "process must define a startEvent element",
        "p",
    );
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
        (
            "<signalEventDefinition signalRef='s'/>",
            "signalEventDefintion only allowed on start event",
        ),
        (
            "<timerEventDefinition/>",
            "timerEventDefinition is not allowed on start event within a subprocess",
        ),
        (
            "<errorEventDefinition/>",
            "errorEventDefinition only allowed on start event",
        ),
    ] {
        refused(
            read(&format!(
                "<subProcess id='sub'><startEvent id='a'>{definition}</startEvent></subProcess>"
            )),
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
        read(&event_sub_process(
            "<startEvent id='a' isInterrupting='false'><errorEventDefinition/></startEvent>",
        )),
        Code::NonInterruptingError,
        "error start event of event subprocess must be interrupting",
        "a",
    );
    refused(
        read(&event_sub_process(
            "<startEvent id='a'><compensateEventDefinition/></startEvent>",
        )),
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
    let catch = |definition: &str| {
        read(&format!(
            "<intermediateCatchEvent id='c'>{definition}</intermediateCatchEvent>"
        ))
    };
    refused(
        catch(""),
        Code::UnsupportedEvent,
        "Unsupported intermediate catch event type",
        "c",
    );
    refused(
        catch("<messageEventDefinition/>"),
        Code::MissingReference,
        "attribute 'messageRef' is required",
        "c",
    );
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
        read_process(
            "",
            "<startEvent id='a'><messageEventDefinition messageRef='m2'/></startEvent>",
        ),
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
    refused(
        roots("<signal id='a' name='n'/><signal id='b' name='n'/>"),
        code,
        "duplicate signal name 'n'.",
        "b",
    );
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
fn tasks_have_an_implementation() {
    refused(
        read("<serviceTask id='t'/>"),
        Code::MissingImplementation,
        "is mandatory on serviceTask. If you are using a connector, make sure the connect process engine plugin",
        "t",
    );
    refused(
        read("<sendTask id='t'/>"),
        Code::MissingImplementation,
        "or 'expression' is mandatory on sendTask.",
        "t",
    );
    refused(
        read("<serviceTask id='t' camunda:type='external'/>"),
        Code::MissingTopic,
        "External tasks must specify a 'topic' attribute in the camunda namespace",
        "t",
    );
    refused(
        read("<serviceTask id='t' camunda:type='foo'/>"),
        Code::InvalidImplementation,
        "Invalid usage of type attribute on serviceTask: 'foo'",
        "t",
    );
    refused(
        read("<serviceTask id='t' camunda:type='shell'/>"),
        Code::UnsupportedExtension,
        "shell",
        "t",
    );
    refused(
        read("<serviceTask id='t' camunda:type='mail'/>"),
        Code::InvalidField,
        "No recipient is defined on the mail activity",
        "t",
    );
    refused(
        read("<serviceTask id='t' camunda:class='a.B' camunda:resultVariable='r'/>"),
        Code::InvalidImplementation,
        "'resultVariableName' not supported for serviceTask elements using 'class'",
        "t",
    );
    refused(
        read("<businessRuleTask id='t' camunda:decisionRef='d' camunda:mapDecisionResult='all'/>"),
        Code::InvalidDecision,
        "No decision result mapper found for name 'all'.",
        "t",
    );
    refused(
        read("<businessRuleTask id='t' camunda:decisionRef='d' camunda:decisionRefBinding='version'/>"),
        Code::InvalidBinding,
        "Missing attribute 'decisionRefVersion' when 'decisionRefBinding' has value 'version'",
        "t",
    );
    refused(
        read("<scriptTask id='t' scriptFormat='javascript'/>"),
        Code::InvalidScript,
        "Unable to process ScriptTask: No script source or resource was given",
        "t",
    );
    refused(
        read("<callActivity id='t'/>"),
        Code::MissingCalledElement,
        "Missing attribute 'calledElement' or 'caseRef'",
        "t",
    );
    refused(
        read("<callActivity id='t' camunda:caseRef='c'/>"),
        Code::UnsupportedExtension,
        "CMMN case 'c' cannot be called",
        "t",
    );
    refused(
        read("<callActivity id='t' calledElement='p' camunda:variableMappingClass='a.B'/>"),
        Code::UnsupportedExtension,
        "variableMappingClass",
        "t",
    );
    refused(
        read("<userTask id='t' camunda:jobPriority='high'/>"),
        Code::InvalidNumber,
        "Value 'high' for attribute 'jobPriority' is not a valid number",
        "t",
    );
}

#[test]
fn assignees_are_given_once() {
    let performer = "<humanPerformer><resourceAssignmentExpression><formalExpression>kermit</formalExpression></resourceAssignmentExpression></humanPerformer>";
    let code = Code::InvalidAssignment;
    refused(
        read(&format!(
            "<userTask id='t' name='T' camunda:assignee='a'>{performer}</userTask>"
        )),
        code,
        "Invalid usage: duplicate assignee declaration for task T",
        "t",
    );
    refused(
        read(&format!("<userTask id='t' name='T'>{performer}{performer}</userTask>")),
        code,
        "multiple humanPerformer sub elements defined for T",
        "t",
    );
}

#[test]
fn listeners_have_an_event_and_an_action() {
    let listener = |xml: &str| {
        read(&format!(
            "<userTask id='t'><extensionElements>{xml}</extensionElements></userTask>"
        ))
    };
    let code = Code::InvalidListener;
    refused(
        listener("<camunda:executionListener expression='${a}'/>"),
        code,
        "Attribute 'event' is mandatory on listener",
        "t",
    );
    refused(
        listener("<camunda:executionListener event='take' expression='${a}'/>"),
        code,
        "Attribute 'event' must be one of {start|end}",
        "t",
    );
    refused(
        listener("<camunda:executionListener event='start'/>"),
        code,
        "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on executionListener",
        "t",
    );
    refused(
        listener("<camunda:executionListener event='start' class=''/>"),
        code,
        "Attribute 'class' cannot be empty",
        "t",
    );
    refused(
        listener(
            "<camunda:executionListener event='start'><camunda:script>1</camunda:script></camunda:executionListener>",
        ),
        code,
        "Missing attribute 'scriptFormat' for 'script' element",
        "t",
    );
    refused(
        listener("<camunda:taskListener event='done' expression='${a}'/>"),
        code,
        "Attribute 'event' must be one of {create|assignment|complete|update|delete|timeout}",
        "t",
    );
    refused(
        listener("<camunda:taskListener expression='${a}'/>"),
        code,
        "Attribute 'event' is mandatory on taskListener",
        "t",
    );
    refused(
        listener("<camunda:taskListener event='timeout' expression='${a}'/>"),
        code,
        "Element 'id' is mandatory on taskListener of type 'timeout'",
        "t",
    );
    refused(
        listener("<camunda:taskListener event='timeout' id='l' expression='${a}'/>"),
        code,
        "Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'",
        "t",
    );
}

#[test]
fn inputs_and_outputs_are_mapped_where_there_is_a_scope() {
    let io = "<extensionElements><camunda:inputOutput><camunda:inputParameter name='a'>1</camunda:inputParameter><camunda:outputParameter name='b'>2</camunda:outputParameter></camunda:inputOutput></extensionElements>";
    let code = Code::InvalidInputOutput;
    refused(
        read(&format!("<parallelGateway id='g'>{io}</parallelGateway>")),
        code,
        "camunda:inputOutput mapping unsupported for element type 'parallelGateway'.",
        "g",
    );
    refused(
        read(&format!("<endEvent id='e'>{io}</endEvent>")),
        code,
        "camunda:outputParameter not allowed for element type 'endEvent'.",
        "e",
    );
    refused(
        read(&format!(
            "<task id='t'>{io}<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></task>"
        )),
        code,
        "camunda:outputParameter not allowed for multi-instance constructs",
        "t",
    );
    let parameter = |xml: &str| {
        read(&format!(
            "<task id='t'><extensionElements><camunda:inputOutput>{xml}</camunda:inputOutput></extensionElements></task>"
        ))
    };
    refused(
        parameter("<camunda:inputParameter>1</camunda:inputParameter>"),
        code,
        "Missing attribute 'name' for inputParameter",
        "t",
    );
    refused(
        parameter("<camunda:inputParameter name='a'><camunda:list/><camunda:list/></camunda:inputParameter>"),
        code,
        "can at most have one child element",
        "t",
    );
}

#[test]
fn a_multi_instance_marker_says_how_often() {
    let marker = |attributes: &str, body: &str| {
        read(&format!(
            "<task id='t'><multiInstanceLoopCharacteristics {attributes}>{body}</multiInstanceLoopCharacteristics></task>"
        ))
    };
    let code = Code::InvalidMultiInstance;
    refused(
        marker("", ""),
        code,
        "Either loopCardinality or loopDataInputRef/activiti:collection must be set",
        "t#multiInstanceBody",
    );
    refused(
        marker("", "<loopCardinality/>"),
        code,
        "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition ",
        "t#multiInstanceBody",
    );
    refused(
        marker("camunda:elementVariable='e'", "<loopCardinality>2</loopCardinality>"),
        code,
        "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable",
        "t#multiInstanceBody",
    );
    warned(
        "<task id='t'><standardLoopCharacteristics/></task>",
        Code::IgnoredLoop,
        "standardLoopCharacteristics",
    );
}

#[test]
fn sequence_flows_stay_in_their_scope() {
    refused(
        read(
            "<subProcess id='sub'><startEvent id='in'/><task id='t'/></subProcess><sequenceFlow id='f' sourceRef='start' targetRef='t'/>",
        ),
        Code::UnknownFlowTarget,
        "Invalid destination 't' of sequence flow 'f'",
        "f",
    );
    refused(
        read(
            "<subProcess id='sub'><startEvent id='in'/></subProcess><sequenceFlow id='f' sourceRef='in' targetRef='start'/>",
        ),
        Code::UnknownFlowSource,
        "Invalid source 'in' of sequence flow 'f'",
        "f",
    );
    refused(
        read(
            "<task id='t'/><sequenceFlow id='f' sourceRef='start' targetRef='t'><conditionExpression xsi:type='tExpression'>${a}</conditionExpression></sequenceFlow>",
        ),
        Code::InvalidCondition,
        "Invalid type, only tFormalExpression is currently supported",
        "f",
    );
    refused(
        read(
            "<intermediateThrowEvent id='link'><linkEventDefinition name='far'/></intermediateThrowEvent><sequenceFlow id='f' sourceRef='start' targetRef='link'/>",
        ),
        Code::LinkName,
        "sequence flow points to link event source with name 'far' but no event target with that name exists.",
        "f",
    );
}

#[test]
fn an_exclusive_gateway_with_one_flow_takes_no_condition() {
    refused(
        read(
            "<exclusiveGateway id='g'/><endEvent id='e'/><sequenceFlow id='f' sourceRef='g' targetRef='e'><conditionExpression xsi:type='tFormalExpression'>${a}</conditionExpression></sequenceFlow>",
        ),
        Code::ExclusiveGateway,
        "Exclusive Gateway 'g' has only one outgoing sequence flow ('f'). This is not allowed to have a condition.",
        "g",
    );
    let warnings = warned(
        "<exclusiveGateway id='g'/><endEvent id='e'/><sequenceFlow id='f' sourceRef='g' targetRef='e'/><sequenceFlow id='h' sourceRef='g' targetRef='e'><conditionExpression>${a}</conditionExpression></sequenceFlow>",
        Code::ExclusiveGateway,
        "We assume it to be the default flow, but it is bad modeling practice",
    );
    assert_eq!(warnings[0].related_ids, ["f"]);
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
        event_sub_process(&format!(
            "<startEvent id='a'><errorEventDefinition/></startEvent>{throw}"
        ))
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

#[test]
fn schema_violations_are_about_no_element() {
    refused(
        read("<task id='t' nmae='x'/>"),
        Code::UnknownAttribute,
        "cvc-complex-type.3.2.2: Attribute 'nmae' is not allowed to appear in element 'task'.",
        "",
    );
    refused(
        read("<taks id='t'/>"),
        Code::UnknownElement,
        "cvc-complex-type.2.4.a: Invalid content was found starting with element 'taks'.",
        "",
    );
    refused(
        read("<task id='start'/>"),
        Code::DuplicateId,
        "cvc-id.2: There are multiple occurrences of ID value 'start'.",
        "",
    );
    refused(
        read("<task id='1a'/>"),
        Code::InvalidId,
        "'1a' is not a valid value for 'NCName'.",
        "",
    );
    refused(
        read("<task id='t' default='x'/>"),
        Code::DanglingReference,
        "cvc-id.1: There is no ID/IDREF binding for IDREF 'x'.",
        "",
    );
    refused(
        read("<sequenceFlow id='f' sourceRef='start'/>"),
        Code::MissingAttribute,
        "cvc-complex-type.4: Attribute 'targetRef' must appear on element 'sequenceFlow'.",
        "",
    );
    refused(
        parse(b"<project/>", "pom.bpmn", &Limits::default()),
        Code::WrongRoot,
        "cvc-elt.1.a: Cannot find the declaration of element 'project'.",
        "",
    );
}

#[test]
fn what_is_never_run_is_refused() {
    refused(
        read("<choreographyTask id='c'/>"),
        Code::UnsupportedElement,
        "choreographyTask",
        "c",
    );
    refused(
        read("<userTask id='t' camunda:formHandlerClass='a.B'/>"),
        Code::UnsupportedExtension,
        "formHandlerClass",
        "t",
    );
}

#[test]
fn complex_gateways_and_ad_hoc_subprocesses_are_in_the_model() {
    let parsed = read("<complexGateway id='g'><activationCondition>${a}</activationCondition></complexGateway><adHocSubProcess id='a'><task id='t'/></adHocSubProcess>").unwrap();
    let nodes = &parsed.definitions.processes[0].nodes;
    let ids: Vec<&str> = nodes.iter().map(|n| n.id.as_str()).collect();
    assert_eq!(ids, ["start", "g", "a", "t"]);
    assert_eq!(nodes[3].parent.map(|p| p.0), Some(2));
}

#[test]
fn the_diagram_refers_to_elements_that_exist() {
    let diagram = |shape: &str| {
        let xml = format!(
            "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:di='http://www.omg.org/spec/BPMN/20100524/DI' targetNamespace='t'><process id='p' isExecutable='true'><startEvent id='s'/></process><di:BPMNDiagram><di:BPMNPlane bpmnElement='p'>{shape}</di:BPMNPlane></di:BPMNDiagram></definitions>"
        );
        parse(xml.as_bytes(), "diagram.bpmn", &Limits::default())
    };
    let code = Code::InvalidDiagram;
    refused(
        diagram("<di:BPMNShape/>"),
        code,
        "'bpmnElement' attribute is required on BPMNShape",
        "",
    );
    refused(
        diagram("<di:BPMNShape bpmnElement='x'/>"),
        code,
        "Invalid reference in 'bpmnElement' attribute, activity x not found",
        "",
    );
    refused(
        diagram("<di:BPMNShape bpmnElement='s'/>"),
        code,
        "'Bounds' element is required",
        "",
    );
    refused(
        diagram("<di:BPMNEdge bpmnElement='s'/>"),
        code,
        "Minimum 2 waypoint elements",
        "",
    );
}

#[test]
fn every_error_is_reported_not_only_the_first() {
    let errors = read("<serviceTask id='a'/><scriptTask id='b'/><callActivity id='c'/>")
        .unwrap_err()
        .errors;
    let ids: Vec<&str> = errors.iter().filter_map(|e| e.element_id.as_deref()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[test]
fn every_code_is_documented() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
    let text = std::fs::read_to_string(page).unwrap();
    for code in Code::ALL {
        assert!(
            text.contains(&format!("`{}`", code.id())),
            "docs/errors.md lacks {}",
            code.id()
        );
    }
}
