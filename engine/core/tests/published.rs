//! What the engine writes about process instances reads back as other rooms hear it (`casewright-contracts`), and stays as
//! every release wrote it: entries of the journal are for ever.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_contracts::ProcessEvent;
use casewright_contracts::ids::entity_id;
use casewright_contracts::process::{
    CaseNamed, Definition, Delegation, EndState as HeardEnd, FormReference, IdentityLink as HeardLink,
    Incident as HeardIncident, Instance, InstanceEnded, TaskForm as HeardForm, UserTask as HeardTask,
};
use casewright_engine_core::Event;
use casewright_engine_core::ids::{Id, Prefix};
use serde_json::{Value, json};

/// The event of this JSON, if it is just what the engine writes, as other rooms read it.
fn heard(written: &Value) -> ProcessEvent {
    let event: Event = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&event).unwrap(), written, "{}", event.name());
    ProcessEvent::read(event.name(), written.to_string().as_bytes()).unwrap()
}

fn definition() -> Definition {
    Definition { id: "claim:1:x".into(), key: "claim".into() }
}

fn place() -> Value {
    json!({"instance": 1, "definition": {"id": "claim:1:x", "key": "claim"}, "element": 2, "execution": 1, "activityId": "check"})
}

/// An entity that stands at [`place`].
fn at_place(entity: Value) -> Value {
    let mut all = place();
    let members = entity.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(members);
    all
}

fn instance() -> Value {
    json!({"id": 1, "definition": {"id": "claim:1:x", "key": "claim"}, "businessKey": "CLM-000001", "started": 7, "suspended": false})
}

fn heard_instance() -> Instance {
    Instance { definition: definition(), business_key: Some("CLM-000001".to_owned()), super_instance: None }
}

fn task() -> Value {
    at_place(
        json!({"id": 26, "name": "Check papers", "assignee": "anna", "owner": "ben", "delegation": "PENDING", "priority": 50, "created": 7, "due": 8, "followUp": 9,
        "state": "Created", "form": {"reference": {"Reference": {"key": "claim-check", "binding": "Latest"}}},
        "links": [{"user": "ben", "kind": "candidate"}, {"group": "claims", "kind": "candidate"}], "suspended": false}),
    )
}

fn is_heard(task: &HeardTask) {
    let link = |user: Option<&str>, group: Option<&str>| HeardLink {
        user: user.map(str::to_owned),
        group: group.map(str::to_owned),
        kind: "candidate".to_owned(),
    };
    let expected = HeardTask {
        id: 26,
        instance: 1,
        definition: definition(),
        activity_id: "check".to_owned(),
        name: Some("Check papers".to_owned()),
        assignee: Some("anna".to_owned()),
        owner: Some("ben".to_owned()),
        delegation: Some(Delegation::Pending),
        priority: 50,
        created: casewright_engine_value::Instant(7),
        due: Some(casewright_engine_value::Instant(8)),
        follow_up: Some(casewright_engine_value::Instant(9)),
        form: Some(HeardForm::Reference(FormReference::Reference { key: "claim-check".to_owned() })),
        links: vec![link(Some("ben"), None), link(None, Some("claims"))],
    };
    assert_eq!(task, &expected);
}

#[test]
fn beginning_and_end_of_an_instance_are_heard() {
    let started = heard(&json!({"event": "instance-started", "instance": instance()}));
    assert_eq!(started, ProcessEvent::InstanceStarted(heard_instance()));
    let ends = [
        ("COMPLETED", HeardEnd::Completed),
        ("EXTERNALLY_TERMINATED", HeardEnd::ExternallyTerminated),
        ("INTERNALLY_TERMINATED", HeardEnd::InternallyTerminated),
    ];
    for (written, state) in ends {
        let ended = heard(&json!({"event": "instance-ended", "instance": instance(), "state": written, "ended": 9}));
        assert_eq!(ended, ProcessEvent::InstanceEnded(InstanceEnded { instance: heard_instance(), state }));
    }
}

#[test]
fn tasks_are_heard() {
    let created = heard(&json!({"event": "user-task-created", "task": task()}));
    is_heard(created.task().unwrap());
    let change = json!({"change": "property", "name": "assignee", "old": "Null", "new": {"String": "anna"}});
    let ProcessEvent::UserTaskChanged(changed) =
        heard(&json!({"event": "user-task-changed", "task": task(), "changes": [change]}))
    else {
        panic!("a change of a task")
    };
    is_heard(&changed.task);
    assert!(changed.is_assignment());
    let link = json!({"change": "linkAdded", "link": {"user": "ben", "kind": "candidate"}});
    let ProcessEvent::UserTaskChanged(linked) =
        heard(&json!({"event": "user-task-changed", "task": task(), "changes": [link]}))
    else {
        panic!("a change of a task")
    };
    assert!(!linked.is_assignment());
    for (reason, is_completed) in [("completed", true), ("deleted", false)] {
        let ended = heard(&json!({"event": "user-task-ended", "task": task(), "ended": 9, "deleteReason": reason}));
        let ProcessEvent::UserTaskEnded(ended) = ended else { panic!("the end of a task") };
        is_heard(&ended.task);
        assert_eq!(ended.is_completed(), is_completed);
    }
}

#[test]
fn the_variable_that_names_a_case_is_heard() {
    let set = |name: &str| {
        let variable = json!({"id": 4, "name": name, "value": {"String": "c-1"}, "revision": 0, "created": 7});
        heard(&json!({"event": "variable-set", "holder": {"element": 1}, "variable": at_place(variable), "by": 1,
            "byActivityId": "claim", "at": 7}))
    };
    assert_eq!(
        set("caseId"),
        ProcessEvent::CaseNamed(CaseNamed { case_id: "c-1".to_owned(), definition: definition(), vouched: false })
    );
    assert_eq!(set("other"), ProcessEvent::VariableSet);
}

#[test]
fn incidents_are_heard() {
    let incident = at_place(
        json!({"id": 9, "kind": "failedJob", "message": "no route", "created": 7, "cause": 9, "rootCause": 9}),
    );
    let expected = HeardIncident {
        activity_id: "check".to_owned(),
        kind: "failedJob".to_owned(),
        message: Some("no route".to_owned()),
    };
    let raised = heard(&json!({"event": "incident-raised", "incident": incident}));
    assert_eq!(raised, ProcessEvent::IncidentRaised(expected.clone()));
    let resolved = heard(&json!({"event": "incident-resolved", "incident": incident, "at": 8}));
    assert_eq!(resolved, ProcessEvent::IncidentResolved(expected));
}

#[test]
fn ids_of_entities_are_spelled_alike() {
    let prefix = Prefix::new([0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99]);
    for number in [1, 26, 0xffff_ffff_ffff] {
        assert_eq!(entity_id(&prefix.root(), number), prefix.text(Id(number)).as_str());
    }
}
