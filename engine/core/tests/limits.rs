//! One command does no more than one may, and says where it would have.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::{Answer, Event, NewVariable, Rejection};
use casewright_engine_value::Value;
use std::sync::Arc;
use support::World;

fn repeated(attributes: &str) -> World {
    let mut world = World::new();
    world.deploy(&format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test"><process id="main" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="ask"/>
  <userTask id="ask"><multiInstanceLoopCharacteristics {attributes}><loopCardinality>${{n}}</loopCardinality></multiInstanceLoopCharacteristics></userTask>
</process></definitions>"#
    ));
    world
}

fn n(count: i32) -> Vec<NewVariable> {
    vec![NewVariable::new("n", Value::Integer(count))]
}

fn exceeded(outcome: Result<casewright_engine_core::Outcome, Rejection>) -> (String, &'static str, usize) {
    match outcome {
        Err(Rejection::Limit { element, what, limit }) => (element.to_string(), what, limit),
        other => panic!("{:?}", other.map(|outcome| outcome.events.len())),
    }
}

#[test]
fn a_count_beyond_the_limit_creates_nothing_and_names_the_activity() {
    let mut world = repeated("");
    let (element, what, limit) = exceeded(world.start("main", n(100_000_000)));
    assert!(element.starts_with("ask"), "{element}");
    assert_eq!((what, limit), ("the number of instances", 100_000));
    world.start("main", n(200)).unwrap();
    assert_eq!(world.state.tasks().count(), 200);
}

#[test]
fn what_is_more_than_a_portion_is_created_by_jobs() {
    let mut world = repeated("");
    world.start("main", n(2_200)).unwrap();
    assert_eq!(world.state.tasks().count(), 1_000);
    world.run_job("ask#multiInstanceBody").unwrap();
    world.run_job("ask#multiInstanceBody").unwrap();
    assert_eq!((world.state.tasks().count(), world.state.jobs().count()), (2_200, 0));
    world.assert_replay();
}

#[test]
fn one_after_the_other_there_may_be_any_number() {
    let mut world = repeated(r#"isSequential="true""#);
    world.start("main", n(100_000_000)).unwrap();
    assert_eq!(world.state.tasks().count(), 1);
}

#[test]
fn a_job_that_would_do_too_much_fails_and_is_an_incident_in_the_end() {
    let mut world = repeated("");
    world.deploy(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test"><process id="later" isExecutable="true">
  <startEvent id="start" camunda:asyncAfter="true"/><sequenceFlow id="a" sourceRef="start" targetRef="ask"/>
  <userTask id="ask"><multiInstanceLoopCharacteristics><loopCardinality>${n}</loopCardinality></multiInstanceLoopCharacteristics></userTask>
</process></definitions>"#,
    );
    world.start("later", n(100_001)).unwrap();
    for _ in 0..3 {
        let outcome = world.run_job("start").unwrap();
        let Answer::JobFailed { message, .. } = outcome.answer else { panic!("{:?}", outcome.answer) };
        assert!(message.contains("the number of instances") && message.contains("ask"), "{message}");
    }
    assert_eq!(world.state.incidents().count(), 1);
}

#[test]
fn events_and_bytes_are_counted_while_they_come() {
    let mut world = repeated("");
    world.options.max_events = 100;
    assert_eq!(exceeded(world.start("main", n(5_000))).1, "the number of events");
    world.options.max_events = 200_000;
    world.options.max_bytes = 10_000;
    assert_eq!(exceeded(world.start("main", n(5_000))).1, "the size of what is stored");
}

#[test]
fn a_value_that_shares_its_parts_is_measured_as_it_would_be_stored() {
    let mut list = Value::List(Arc::default());
    for _ in 0..60 {
        list = Value::List(Arc::new(vec![list.clone(), list]));
    }
    let mut world = repeated("");
    let variables = vec![NewVariable::new("n", Value::Integer(1)), NewVariable::new("list", list)];
    assert_eq!(exceeded(world.start("main", variables)).1, "the size of what is stored");
    assert!(world.events.iter().all(|event| !matches!(event, Event::VariableSet { .. })));
}
