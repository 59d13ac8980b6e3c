//! What the fixtures become: the whole typed model as a snapshot, so that no attribute is lost unnoticed.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use casewright_engine_model::diagnostic::Diagnostic;
use casewright_engine_model::model::{Definitions, Dialect, Implementation, Node, NodeKind};
use casewright_engine_model::{
    JavaKind, Limits, Text, executable_keys, expressions, java_as_external, java_findings, java_references, parse,
};

fn read(xml: &str) -> (Definitions, Vec<Diagnostic>) {
    match parse(xml.as_bytes(), "fixture.bpmn", &Limits::default()) {
        Ok(parsed) => (parsed.definitions, parsed.warnings),
        Err(rejected) => panic!("{:#?}", rejected.errors),
    }
}

fn node<'d>(definitions: &'d Definitions, id: &str) -> &'d Node {
    let nodes = &definitions.processes[0].nodes;
    nodes.iter().find(|n| n.id == id).unwrap()
}

#[test]
fn everything_camunda_writes_is_in_the_model() {
    let (definitions, warnings) = read(include_str!("fixtures/camunda-all.bpmn"));
    assert_eq!(warnings, []);
    insta::assert_yaml_snapshot!("camunda-all", definitions);
}

#[test]
fn everything_zeebe_writes_is_in_the_model() {
    let (definitions, warnings) = read(include_str!("fixtures/zeebe-all.bpmn"));
    assert_eq!(warnings, []);
    assert_eq!(definitions.dialect, Dialect::Zeebe);
    insta::assert_yaml_snapshot!("zeebe-all", definitions);
}

#[test]
fn namespaces_are_known_by_uri_wherever_they_are_declared() {
    let (definitions, _) = read(include_str!("fixtures/old-namespaces.bpmn"));
    let task = node(&definitions, "task");
    assert!(task.async_before);
    assert_eq!(task.retry_time_cycle.as_deref(), Some("R2/PT1M"));
    let NodeKind::ServiceTask(service) = &task.kind else {
        panic!("{task:?}");
    };
    assert_eq!(service.implementation, Implementation::Expression("${a}".to_owned()));
    let NodeKind::ServiceTask(service) = &node(&definitions, "task2").kind else {
        panic!("not a service task");
    };
    assert!(matches!(&service.implementation, Implementation::External { topic, .. } if topic == "t"));
}

#[test]
fn only_executable_processes_are_read() {
    let (definitions, _) = read(include_str!("fixtures/camunda-all.bpmn"));
    assert_eq!(executable_keys(&definitions), ["order"]);
}

#[test]
fn flows_without_id_get_one_that_cannot_be_written() {
    let (definitions, _) = read(include_str!("fixtures/old-namespaces.bpmn"));
    let ids: Vec<&str> = definitions.processes[0].flows.iter().map(|f| f.id.as_str()).collect();
    assert_eq!(ids, ["flow#0", "flow#1"]);
}

#[test]
fn java_is_reported_and_classes_become_external_tasks() {
    let (mut definitions, _) = read(include_str!("fixtures/camunda-all.bpmn"));
    let found = java_references(&definitions);
    let kinds: Vec<(&str, JavaKind, &str)> =
        found.iter().map(|r| (r.element.as_str(), r.kind, r.class.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("review", JavaKind::TaskListener, "${log.created(task)}"),
            ("java", JavaKind::Class, "org.example.Work"),
            ("yes", JavaKind::ExecutionListener, "org.example.Taken"),
        ]
    );
    assert_eq!(java_as_external(&mut definitions), 1);
    let NodeKind::ServiceTask(service) = &node(&definitions, "java").kind else {
        panic!("not a service task");
    };
    assert!(matches!(&service.implementation, Implementation::External { topic, .. } if topic == "org.example.Work"));
    assert_eq!(java_references(&definitions), [], "listeners are left out");
}

#[test]
fn beans_are_told_from_variables_by_what_is_handed_to_them() {
    let xml = r##"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
  <process id="p" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="f" sourceRef="start" targetRef="bean"/>
    <serviceTask id="bean" camunda:expression="${rating.rate(order, execution)}"/>
    <sequenceFlow id="g" sourceRef="bean" targetRef="plain"/>
    <serviceTask id="plain" camunda:expression="${order.get(1)}"/>
    <sequenceFlow id="h" sourceRef="plain" targetRef="delegate"/>
    <serviceTask id="delegate" camunda:delegateExpression="#{ mailer }">
      <extensionElements><camunda:executionListener event="start" expression="${audit.note(execution)}"/></extensionElements>
    </serviceTask>
  </process>
</definitions>"##;
    let (definitions, _) = read(xml);
    let findings = java_findings(&definitions, true);
    let told: Vec<(&str, &str, u32)> =
        findings.iter().map(|f| (f.element_id.as_deref().unwrap(), f.code, f.line)).collect();
    assert_eq!(
        told,
        [
            ("bean", "java-as-external", 5),
            ("delegate", "java-as-external", 9),
            ("delegate", "java-listener-left-out", 9)
        ]
    );
    assert!(findings[0].message.contains("topic 'rating.rate'"), "{}", findings[0].message);
    assert!(findings[1].message.contains("topic 'mailer'"), "{}", findings[1].message);
    let plain: Vec<&str> = java_findings(&definitions, false).iter().map(|f| f.code).collect();
    assert_eq!(plain, ["java-code", "java-code", "java-listener"]);
}

#[test]
fn a_model_survives_storage() {
    let (definitions, _) = read(include_str!("fixtures/camunda-all.bpmn"));
    let stored = serde_json::to_string(&definitions).unwrap();
    let restored: Definitions = serde_json::from_str(&stored).unwrap();
    assert_eq!(serde_json::to_string(&restored).unwrap(), stored);
}

/// Whatever the file has in `${...}` is listed, so no expression can escape the check at deployment.
#[test]
fn every_expression_of_a_file_is_listed() {
    let xml = include_str!("fixtures/camunda-all.bpmn");
    let (definitions, _) = read(xml);
    let listed: String = expressions(&definitions)
        .iter()
        .map(|used| match used.text {
            Text::Expression(text) => text.to_owned(),
            Text::Script(script) => format!("{:?}", script.source),
        })
        .collect::<Vec<_>>()
        .join("\n");
    let plain = xml.replace("&gt;", ">");
    let written: Vec<&str> = plain
        .match_indices("${")
        .map(|(start, _)| {
            let end = plain[start..].find('}').unwrap();
            &plain[start..=start + end]
        })
        .collect();
    assert!(written.len() > 20);
    for expression in written {
        assert!(listed.contains(expression), "{expression} is not listed");
    }
    assert!(listed.contains("1 + 1") && listed.contains("1 < 2") && listed.contains("x > 1"));
}
