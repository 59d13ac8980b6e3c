//! Each thing that a rule names is checked before its definition is published.

use crate::domain::definition::check::{References, check, check_named};
use crate::domain::definition::model::CaseDefinition;
use serde_json::{Value, json};

fn definition(rule: Value) -> CaseDefinition {
    let mut whole = json!({"id": "r", "on": "task-completed", "then": [{"addLabel": "seen"}]});
    whole.as_object_mut().unwrap().extend(rule.as_object().cloned().unwrap());
    serde_json::from_value(json!({
        "key": "claim", "name": "Claim", "caseNumberPrefix": "CLM", "stages": [{"id": "intake", "name": "Intake"}],
        "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "closed", "name": "Closed", "kind": "closed"}],
        "fields": [{"key": "amount", "label": "Amount", "type": "number"}],
        "milestones": [{"id": "known", "name": "Known", "criteria": [{"if": "fields.amount > 0"}]}],
        "processes": [{"key": "visit", "name": "Visit", "start": "manual"}], "rules": [whole]
    }))
    .unwrap()
}

/// What is told of a definition with this rule, where there are anna, who works on cases, dana, who does not, and queue `claims`.
fn told(rule: Value) -> Vec<(String, String)> {
    let definition = definition(rule);
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let known = References {
        queues: set(&["claims"]),
        users: set(&["anna", "dana"]),
        workers: set(&["anna"]),
        ..References::default()
    };
    let all = check(&definition).into_iter().chain(check_named(&definition, &known));
    all.map(|fault| (fault.pointer, fault.code)).collect()
}

fn assert_told(rule: Value, pointer: &str, code: &str) {
    assert_eq!(told(rule.clone()), [(pointer.to_owned(), code.to_owned())], "{rule}");
}

fn assert_nothing(rule: Value) {
    assert_eq!(told(rule.clone()), [], "{rule}");
}

fn then(action: Value) -> Value {
    json!({"then": [action]})
}

#[test]
fn a_user_that_there_is_not_is_assigned_nothing() {
    assert_told(then(json!({"assign": "ghost"})), "/rules/0/then/0", "unknown-user");
    assert_nothing(then(json!({"assign": "none"})));
    assert_nothing(then(json!({"assign": "anna"})));
}

#[test]
fn a_user_who_may_not_work_on_cases_is_assigned_nothing() {
    assert_told(then(json!({"assign": "dana"})), "/rules/0/then/0", "may-not-work-on-it");
}

#[test]
fn a_priority_is_between_0_and_100() {
    assert_told(then(json!({"setPriority": 500})), "/rules/0/then/0", "out-of-range");
    assert_told(then(json!({"setPriority": -1})), "/rules/0/then/0", "out-of-range");
    assert_nothing(then(json!({"setPriority": 100})));
}

#[test]
fn a_queue_that_there_is_not_is_refused() {
    assert_told(then(json!({"setQueue": "nowhere"})), "/rules/0/then/0", "unknown-queue");
    assert_told(json!({"when": {"queue": ["claims", "nowhere"]}}), "/rules/0/when/queue", "unknown-queue");
    assert_nothing(then(json!({"setQueue": "claims"})));
}

#[test]
fn a_kind_of_entry_that_there_is_not_is_refused() {
    assert_told(json!({"on": "task-finished"}), "/rules/0/on", "unknown-event");
    assert_told(json!({"on": "rule-applied"}), "/rules/0/on", "unknown-event");
}

#[test]
fn a_time_that_never_comes_is_refused() {
    assert_told(json!({"on": {"after": "soon", "since": "created"}}), "/rules/0/on/after", "invalid-duration");
    assert_told(json!({"on": {"after": "P1D", "since": "someday"}}), "/rules/0/on/since", "unknown-trigger");
    assert_told(json!({"on": {"daily": "25:00"}}), "/rules/0/on/daily", "invalid-time");
    assert_told(json!({"on": {"daily": "08:00", "zone": "Mars/Olympus"}}), "/rules/0/on/zone", "unknown-time-zone");
    assert_told(json!({"on": {"daily": "08:00", "days": ["someday"]}}), "/rules/0/on/days", "unknown-day");
    assert_nothing(json!({"on": {"after": "P2D", "since": "stage-entered"}}));
    assert_nothing(json!({"on": {"daily": "08:00", "zone": "Europe/Berlin", "days": ["monday"]}}));
}

#[test]
fn stages_statuses_fields_and_milestones_are_those_of_the_definition() {
    assert_told(then(json!({"setStage": "nowhere"})), "/rules/0/then/0", "unknown-stage");
    assert_told(then(json!({"setStatus": "lost"})), "/rules/0/then/0", "unknown-status");
    assert_told(then(json!({"setFields": {"amuont": 1}})), "/rules/0/then/0/fields/amuont", "unknown-field");
    assert_told(then(json!({"setFields": {"amount": "much"}})), "/rules/0/then/0/fields/amount", "type");
    assert_told(then(json!({"startProcess": "none"})), "/rules/0/then/0", "unknown-process");
    assert_told(json!({"when": {"stage": {"not": "nowhere"}}}), "/rules/0/when/stage", "unknown-stage");
    assert_told(json!({"when": {"status": "lost"}}), "/rules/0/when/status", "unknown-status");
    assert_told(json!({"when": {"statusKind": "shut"}}), "/rules/0/when/statusKind", "unknown-status");
    assert_told(json!({"when": {"fields.amuont": 1}}), "/rules/0/when/fields.amuont", "unknown-field");
    assert_told(json!({"on": "stage-changed", "when": {"to": "nowhere"}}), "/rules/0/when/to", "unknown-stage");
    assert_told(
        json!({"on": "milestone-reached", "when": {"milestone": "none"}}),
        "/rules/0/when/milestone",
        "unknown-milestone",
    );
    assert_nothing(
        json!({"on": "stage-changed", "when": {"to": "intake", "fields.amount": {"gt": 5}, "status": ["open"]}}),
    );
}

#[test]
fn what_is_asked_can_be_answered() {
    assert_told(json!({"if": "fields.amount >"}), "/rules/0/if", "invalid-expression");
    assert_told(json!({"when": {"priority": {"greater": 1}}}), "/rules/0/when/priority", "unknown-test");
    let of_time = json!({"on": {"daily": "08:00"}, "when": {"taskDefinitionKey": "check"}});
    assert_told(of_time, "/rules/0/when/taskDefinitionKey", "unknown-name");
    assert_told(json!({"when": {"assignee": "ghost"}}), "/rules/0/when/assignee", "unknown-user");
}

#[test]
fn a_notice_is_of_a_kind_and_goes_to_somebody() {
    let notify = |to: &str, template: &str| then(json!({"notify": {"to": to, "template": template}}));
    assert_told(notify("ghost", "decision-needed"), "/rules/0/then/0", "unknown-user");
    assert_told(notify("queue", "Decision needed!"), "/rules/0/then/0/notify/template", "invalid-template");
    assert_nothing(notify("dana", "decision-needed"));
    assert_nothing(notify("assignee", "decision-needed"));
}

#[test]
fn a_rule_does_something() {
    assert_told(json!({"then": []}), "/rules/0/then", "required");
    assert_told(then(json!({"addLabel": " "})), "/rules/0/then/0", "required");
}

#[test]
fn what_a_promise_begins_and_ends_with_is_there() {
    let of = |sla: Value| {
        let mut definition = definition(json!({}));
        definition.slas = vec![serde_json::from_value(sla).unwrap()];
        let codes: Vec<String> = check(&definition).into_iter().map(|fault| fault.pointer).collect();
        codes
    };
    let sla =
        |start: &str, stop: &str| json!({"id": "a", "name": "A", "target": "PT1H", "startOn": start, "stopOn": stop});
    assert!(of(sla("created", "stage:intake")).is_empty());
    assert_eq!(of(sla("stage:nowhere", "someday")), ["/slas/0/startOn", "/slas/0/stopOn"]);
}
