//! Rules about the file, its processes, flows and gateways.

use casewright_engine_model::diagnostic::Code;
use casewright_engine_model::model::{NodeKind, SubProcess, SubProcessKind};
use casewright_engine_model::{Limits, Parsed, parse};

use crate::{read, read_process, refused, warned};

#[test]
fn history_time_to_live_is_days() {
    let ttl = |value: &str| {
        read_process(&format!("camunda:historyTimeToLive='{value}'"), "<startEvent id='start'/>")
            .map(|p| p.definitions.processes[0].history_time_to_live)
    };
    assert_eq!(ttl("5").unwrap(), Some(5));
    assert_eq!(ttl("P5D").unwrap(), Some(5));
    assert_eq!(ttl("").unwrap(), None);
    let code = Code::InvalidHistoryTimeToLive;
    refused(ttl("PxD").map(|_| unreachable()), code, "Cannot parse historyTimeToLive: For input string: \"PxD\"", "p");
    refused(ttl("-1").map(|_| unreachable()), code, "negative value is not allowed", "p");
    refused(ttl("P5M").map(|_| unreachable()), code, "Cannot parse historyTimeToLive", "p");
    refused(ttl("99999999999").map(|_| unreachable()), code, "Cannot parse historyTimeToLive", "p");
}

fn unreachable() -> Parsed {
    panic!("the value is refused")
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
    refused(read("<task id='1a'/>"), Code::InvalidId, "'1a' is not a valid value for 'NCName'.", "");
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
fn complex_gateways_and_ad_hoc_subprocesses_are_in_the_model() {
    let parsed = read("<complexGateway id='g'><activationCondition>${a}</activationCondition></complexGateway><adHocSubProcess id='a'><task id='t'/></adHocSubProcess>").unwrap();
    let nodes = &parsed.definitions.processes[0].nodes;
    let ids: Vec<&str> = nodes.iter().map(|n| n.id.as_str()).collect();
    assert_eq!(ids, ["start", "g", "a", "t"]);
    assert_eq!(nodes[3].parent.map(|p| p.0), Some(2));
}

#[test]
fn an_ad_hoc_subprocess_says_how_it_is_worked_on() {
    let of = |attributes: &str, condition: &str| {
        let body = format!("<adHocSubProcess id='a'{attributes}><task id='t'/>{condition}</adHocSubProcess>");
        match read(&body).unwrap().definitions.processes[0].nodes[1].kind.clone() {
            NodeKind::SubProcess(SubProcess { kind: SubProcessKind::AdHoc(ad_hoc), .. }) => ad_hoc,
            other => panic!("{other:?}"),
        }
    };
    let plain = of("", "");
    assert!(!plain.is_sequential && plain.cancels_remaining && plain.completion_condition.is_none());
    let told = of(
        " ordering='Sequential' cancelRemainingInstances='false'",
        "<completionCondition>${done}</completionCondition>",
    );
    assert!(told.is_sequential && !told.cancels_remaining);
    assert_eq!(told.completion_condition.as_deref(), Some("${done}"));
}

#[test]
fn an_ad_hoc_subprocess_has_something_to_start_and_neither_start_nor_end() {
    refused(
        read("<adHocSubProcess id='a'><task id='t'/><endEvent id='e'/></adHocSubProcess>"),
        Code::AdHocContent,
        "Ad-hoc subprocess 'a' must have no endEvent inside.",
        "e",
    );
    refused(
        read("<adHocSubProcess id='a'/>"),
        Code::AdHocContent,
        "Ad-hoc subprocess 'a' has nothing to start: no activity without an incoming sequence flow.",
        "a",
    );
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
    refused(diagram("<di:BPMNShape/>"), code, "'bpmnElement' attribute is required on BPMNShape", "");
    refused(
        diagram("<di:BPMNShape bpmnElement='x'/>"),
        code,
        "Invalid reference in 'bpmnElement' attribute, activity x not found",
        "",
    );
    refused(diagram("<di:BPMNShape bpmnElement='s'/>"), code, "'Bounds' element is required", "");
    refused(diagram("<di:BPMNEdge bpmnElement='s'/>"), code, "Minimum 2 waypoint elements", "");
}

#[test]
fn misspelt_extensions_are_warned_of() {
    let code = Code::UnknownExtension;
    warned("<task id='t' camunda:asynBefore='true'/>", code, "Unknown attribute 'camunda:asynBefore' of task");
    warned(
        "<task id='t'><extensionElements><camunda:inputoutput/></extensionElements></task>",
        code,
        "Unknown element 'camunda:inputoutput'",
    );
}

#[test]
fn every_error_is_reported_not_only_the_first() {
    let errors = read("<serviceTask id='a'/><scriptTask id='b'/><callActivity id='c'/>").unwrap_err().errors;
    let ids: Vec<&str> = errors.iter().filter_map(|e| e.element_id.as_deref()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[test]
fn every_code_is_documented() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
    let text = std::fs::read_to_string(page).unwrap();
    for code in Code::ALL {
        assert!(text.contains(&format!("`{}`", code.id())), "docs/errors.md lacks {}", code.id());
    }
}
