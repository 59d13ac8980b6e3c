//! Incidents that somebody raised by hand leave with what they were raised at. Found by random processes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::{Command, Event};
use support::World;

fn waiting_at(task: &str) -> World {
    let mut world = World::new();
    world.deploy(&format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="test"><process id="main" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="work"/>{task}
  <sequenceFlow id="b" sourceRef="work" targetRef="next"/><userTask id="next"/>
</process></definitions>"#
    ));
    world.start("main", Vec::new()).unwrap();
    let execution = world.state.tasks().next().unwrap().place.execution;
    let raise = Command::CreateIncident { execution, kind: "custom".into(), configuration: None, message: None };
    world.execute(raise).unwrap();
    world
}

fn deleted(world: &World) -> usize {
    world.events.iter().filter(|event| matches!(event, Event::IncidentDeleted { .. })).count()
}

#[test]
fn an_incident_raised_by_hand_ends_with_its_process_instance() {
    let mut world = waiting_at(r#"<userTask id="work"/>"#);
    world.complete("work", Vec::new()).unwrap();
    assert_eq!(world.state.incidents().count(), 1, "its execution goes on");
    world.complete("next", Vec::new()).unwrap();
    assert!(world.state.is_ended());
    assert_eq!(deleted(&world), 1);
}

#[test]
fn an_incident_raised_by_hand_ends_with_the_execution_of_its_activity() {
    let timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>";
    let mut world = waiting_at(&format!(
        r#"<userTask id="work"/><boundaryEvent id="late" attachedToRef="work">{timer}</boundaryEvent>"#
    ));
    world.complete("work", Vec::new()).unwrap();
    assert_eq!(world.state.incidents().count(), 0);
    assert_eq!(deleted(&world), 1);
}
