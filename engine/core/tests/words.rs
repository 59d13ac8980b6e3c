//! What becomes part of a process is told by the words of whoever asks for the step, not by this crate.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::rejection::Failure;
use casewright_engine_core::{Answer, Rejection};
use casewright_engine_value::EvaluationError;
use support::World;

fn in_words(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Evaluation(Failure::Evaluator(EvaluationError::DueDate { text })) => format!("'{text}' in words"),
        other => format!("{} in words: {other}", other.code()),
    }
}

/// The message that is kept of a job that does this and fails.
fn kept(task: &str) -> String {
    let mut world = World::new();
    world.words = in_words;
    world.deploy(&format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test"><process id="main" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="work"/>{task}
</process></definitions>"#
    ));
    world.start("main", Vec::new()).unwrap();
    let Answer::JobFailed { message, .. } = world.run_job("work").unwrap().answer else {
        panic!("the job did not fail");
    };
    let stored = world.state.jobs().next().unwrap().exception.clone();
    assert_eq!(stored.as_deref(), Some(&*message), "what is told is what is kept");
    message.to_string()
}

#[test]
fn the_message_of_a_failed_job() {
    let message = kept(r#"<userTask id="work" camunda:asyncBefore="true" camunda:dueDate="soon"/>"#);
    assert_eq!(message, "'soon' in words");
}

#[test]
fn what_an_expression_is_told_of_what_it_called() {
    let message = kept(
        r#"<userTask id="work" camunda:asyncBefore="true"><extensionElements><camunda:taskListener event="create" expression="${task.setDueDate('soon')}"/></extensionElements></userTask>"#,
    );
    assert!(message.ends_with("Cause: 'soon' in words"), "{message}");
}
