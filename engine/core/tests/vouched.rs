//! A variable that a caller vouched for says so where the caller gave it, and nowhere that a model hands it on to.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::{Event, NewVariable};
use casewright_engine_value::Value;
use support::World;

const CALLER: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test"><process id="main" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="call"/>
  <callActivity id="call" calledElement="called"><extensionElements>
    <camunda:in variables="all"/><camunda:in source="caseId" target="copied"/>
  </extensionElements></callActivity>
</process></definitions>"#;

const CALLED: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test"><process id="called" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="ask"/>
  <userTask id="ask"><extensionElements><camunda:inputOutput>
    <camunda:inputParameter name="inner">${caseId}</camunda:inputParameter>
  </camunda:inputOutput></extensionElements></userTask>
</process></definitions>"#;

#[test]
fn a_word_is_not_handed_on_with_the_variable() {
    let mut world = World::new();
    world.deploy(CALLED);
    world.deploy(CALLER);
    let given = |name: &str, vouched| NewVariable { vouched, ..NewVariable::new(name, Value::String("c-1".into())) };
    world.start("main", vec![given("caseId", true), given("other", false)]).unwrap();
    let set: Vec<(String, bool)> = world
        .events
        .iter()
        .filter_map(|event| match event {
            Event::VariableSet { variable, vouched, .. } => Some((variable.name.to_string(), *vouched)),
            _ => None,
        })
        .collect();
    let of =
        |name: &str| set.iter().filter(|(other, _)| other == name).map(|(_, vouched)| *vouched).collect::<Vec<_>>();
    assert_eq!(of("caseId"), [true, false], "{set:?}");
    assert_eq!((of("copied"), of("inner")), (vec![false], vec![false]), "{set:?}");
    assert!(of("other").iter().all(|vouched| !vouched), "{set:?}");
}
