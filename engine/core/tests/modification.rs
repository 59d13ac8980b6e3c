//! What a modification refuses, so that the state stays sound. Found by random processes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::command::{Instruction, Modify, Skips};
use casewright_engine_core::rejection::Misplaced;
use casewright_engine_core::{Command, Id, Rejection};
use support::World;

/// `async` waits before it is entered.
fn one_scope() -> World {
    let mut world = World::new();
    world.deploy(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test">
<process id="main" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="async"/>
  <subProcess id="async" camunda:asyncBefore="true"><startEvent id="begin"/><sequenceFlow id="f2" sourceRef="begin" targetRef="inside"/><userTask id="inside"/></subProcess>
</process></definitions>"#,
    );
    world.start("main", Vec::new()).unwrap();
    world
}

fn start_inside(world: &mut World, ancestor: Id) -> Result<(), Rejection> {
    let start = Instruction::StartBefore { activity: "inside".into(), ancestor: Some(ancestor), variables: Vec::new() };
    let modify = Modify { instance: Id::ROOT, instructions: vec![start], skips: Skips::default(), annotation: None };
    world.execute(Command::Modify(modify)).map(drop)
}

#[test]
fn a_token_that_waits_before_its_scope_is_no_ancestor() {
    let mut world = one_scope();
    let waiting = world.state.elements().find(|element| element.scope.is_some()).unwrap().id;
    let refused = start_inside(&mut world, waiting).unwrap_err();
    assert!(matches!(&refused, Rejection::NotValid(Misplaced::Ancestor(_))), "{refused:?}");
}

#[test]
fn a_scope_that_was_entered_is_an_ancestor() {
    let mut world = one_scope();
    world.run_job("async").unwrap();
    let entered = world.state.elements().find(|element| element.activity.place.activity_id == "async").unwrap().id;
    start_inside(&mut world, entered).unwrap();
    assert_eq!(world.active(), ["async", "inside", "inside"]);
}

/// The gateway waits for `async`; a command that takes the only token on its way there has to let the gateway know.
#[test]
fn a_complex_gateway_goes_on_when_the_transition_that_it_waits_for_is_cancelled() {
    let mut world = World::new();
    world.deploy(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test">
<process id="main" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>
  <parallelGateway id="fork"/><sequenceFlow id="f2" sourceRef="fork" targetRef="join"/><sequenceFlow id="f3" sourceRef="fork" targetRef="async"/>
  <task id="async" camunda:asyncBefore="true"/><sequenceFlow id="f4" sourceRef="async" targetRef="join"/>
  <complexGateway id="join"/><sequenceFlow id="f5" sourceRef="join" targetRef="after"/><userTask id="after"/>
</process></definitions>"#,
    );
    world.start("main", Vec::new()).unwrap();
    let waiting = world.state.elements().find(|element| element.activity.place.activity_id == "async").unwrap().id;
    let cancel = Instruction::CancelTransition { element: waiting };
    let modify = Modify { instance: Id::ROOT, instructions: vec![cancel], skips: Skips::default(), annotation: None };
    world.execute(Command::Modify(modify)).unwrap();
    assert_eq!(world.active(), ["after"]);
}
