//! What is caught around a task is told as the throwing step finds it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::catches::{Thrown, catches};
use casewright_engine_core::{Command, Id};
use support::World;

/// `main` calls `called`, in which the task stands inside a subprocess.
fn waiting(inside: &str, around: &str, calling: &str) -> World {
    let mut world = World::new();
    let events =
        r#"<error id="e1" errorCode="E1"/><error id="e2" errorCode="E2"/><escalation id="s1" escalationCode="S1"/>"#;
    let model = |process: &str| {
        format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="test">{events}{process}</definitions>"#
        )
    };
    world.deploy(&model(&format!(
        r#"<process id="called" isExecutable="true"><startEvent id="begin"/><sequenceFlow id="c1" sourceRef="begin" targetRef="sub"/>
  <subProcess id="sub"><startEvent id="in"/><sequenceFlow id="c2" sourceRef="in" targetRef="work"/><userTask id="work"/>{inside}</subProcess>{around}
</process>"#
    )));
    world.deploy(&model(&format!(
        r#"<process id="main" isExecutable="true"><startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="call"/>
  <callActivity id="call" calledElement="called"/>{calling}</process>"#
    )));
    world.start("main", Vec::new()).unwrap();
    world
}

fn boundary(id: &str, at: &str, more: &str, definition: &str) -> String {
    format!(r#"<boundaryEvent id="{id}" name="Event {id}" attachedToRef="{at}" {more}>{definition}</boundaryEvent>"#)
}

fn error(reference: &str) -> String {
    format!(r#"<errorEventDefinition errorRef="{reference}"/>"#)
}

const ANY_ERROR: &str = "<errorEventDefinition/>";
const S1: &str = r#"<escalationEventDefinition escalationRef="s1"/>"#;

fn told(world: &World) -> Vec<String> {
    let element = world.state.tasks().next().unwrap().place.element;
    let found = catches(&world.state, element, |element| Some(world.definition(&element.activity.place.definition.id)));
    let text = |catch: &casewright_engine_core::catches::Catch| {
        let kind = if catch.thrown == Thrown::Error { "error" } else { "escalation" };
        let code = catch.code.as_deref().unwrap_or("*");
        let rest = if catch.is_interrupting { "ends" } else { "goes on" };
        format!("{kind} {code} {} {rest}", catch.name.as_deref().unwrap_or("-"))
    };
    found.iter().map(text).collect()
}

fn task(world: &World) -> Id {
    world.state.tasks().next().unwrap().id
}

#[test]
fn what_is_caught_is_told_from_the_task_outwards_and_through_calls() {
    let inside =
        boundary("near", "work", "", &error("e1")) + &boundary("asks", "work", r#"cancelActivity="false""#, S1);
    let far = boundary("far", "sub", "", &error("e2"));
    let world = waiting(&inside, &far, &boundary("caller", "call", "", ANY_ERROR));
    assert_eq!(
        told(&world),
        [
            "error E1 Event near ends",
            "escalation S1 Event asks goes on",
            "error E2 Event far ends",
            "error * Event caller ends"
        ]
    );
}

#[test]
fn behind_one_that_catches_all_nothing_is_reached() {
    let inside = boundary("all", "work", "", ANY_ERROR) + &boundary("one", "work", "", &error("e1"));
    let world = waiting(&inside, &boundary("far", "sub", "", &error("e2")), "");
    // In one scope the very code goes first, so both are told.
    let mut found = told(&world);
    found.sort();
    assert_eq!(found, ["error * Event all ends", "error E1 Event one ends"]);
}

#[test]
fn an_event_subprocess_catches_under_its_name_and_not_what_is_thrown_in_it() {
    let handler = |inside: &str| {
        format!(
            r#"<subProcess id="esp" name="Repair" triggeredByEvent="true"><startEvent id="es">{}</startEvent>
  <sequenceFlow id="e" sourceRef="es" targetRef="handle"/><userTask id="handle"/>{inside}</subProcess>"#,
            error("e1")
        )
    };
    let mut world = waiting(&handler(""), "", "");
    assert_eq!(told(&world), ["error E1 Repair ends"]);
    let throw = Command::TaskError { task: task(&world), code: "E1".into(), message: None, variables: Vec::new() };
    world.execute(throw).unwrap();
    assert_eq!(world.state.tasks().next().unwrap().place.activity_id, "handle");
    assert_eq!(told(&world), Vec::<String>::new());
}
