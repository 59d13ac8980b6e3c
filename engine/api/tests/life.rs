//! What is done to an instance as a whole: suspended, cancelled, started again, modified, migrated.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::{DEVELOPER, Platform, SUPERVISOR, told};

const TWO_STEPS: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="first"/>
    <userTask id="first" name="First"/><sequenceFlow id="b" sourceRef="first" targetRef="second"/><userTask id="second" name="Second"/>"#;
const RENAMED: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="beginning"/>
    <userTask id="beginning" name="Beginning"/><sequenceFlow id="b" sourceRef="beginning" targetRef="ending"/>
    <serviceTask id="ending" camunda:type="external" camunda:topic="t"/>"#;
const CALLS: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="call"/>
    <callActivity id="call" name="Ask" calledElement="p" camunda:calledElementBinding="version" camunda:calledElementVersion="1"/>"#;

async fn active(platform: &Platform, instance: &str) -> Vec<String> {
    let tasks = platform.items(&format!("{instance}/user-tasks")).await;
    tasks.iter().map(|task| task["elementId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_cancels_says_why_and_what_has_ended_starts_again_with_what_it_left() {
    let platform = Platform::open().await;
    let instance = platform.running(TWO_STEPS).await;
    let (cancel, restart) = (format!("{instance}/cancel"), format!("{instance}/restart"));
    let reason = json!({"reason": "Sent twice"});
    assert_eq!(told(&platform.send(SUPERVISOR, "POST", &cancel, reason.clone()).await), (403, "forbidden"));
    assert_eq!(
        told(&platform.send(DEVELOPER, "POST", &cancel, json!({"reason": " "})).await),
        (422, "reason-required")
    );
    assert_eq!(told(&platform.send(DEVELOPER, "POST", &restart, json!({})).await), (409, "still-running"));
    platform.send(SUPERVISOR, "PUT", &format!("{instance}/variables/amount"), json!({"value": 9})).await.expect(204);
    platform.send(DEVELOPER, "POST", &cancel, reason.clone()).await.expect(204);
    let ended = platform.get(SUPERVISOR, &instance).await.expect(200).json();
    let facts = (&ended["state"], &ended["cancelReason"], &ended["startedBy"]);
    assert_eq!(facts, (&json!("terminated"), &json!("Sent twice"), &json!("dana")));
    assert_eq!(told(&platform.send(DEVELOPER, "POST", &cancel, reason).await), (409, "already-ended"));
    let suspend = json!({"isSuspended": true});
    assert_eq!(
        told(&platform.send(SUPERVISOR, "PUT", &format!("{instance}/suspension"), suspend).await),
        (409, "already-ended")
    );

    for (initial, amount) in [(false, 9), (true, 5)] {
        let body = json!({"initialVariables": initial});
        let again = platform.send(DEVELOPER, "POST", &restart, body).await.expect(201).json();
        let path = format!("/api/v1/process-instances/{}", again["id"].as_str().unwrap());
        let read = platform.get(SUPERVISOR, &path).await.expect(200).json();
        assert_eq!((&read["businessKey"], &read["restartedFrom"]), (&json!("K-1"), &ended["id"]));
        assert_eq!(read["variables"][0]["value"], amount);
    }
}

#[tokio::test]
async fn tokens_are_set_and_taken_away_all_at_once_or_not_at_all() {
    let platform = Platform::open().await;
    let instance = platform.running(TWO_STEPS).await;
    let modification = format!("{instance}/modification");
    let moved = json!({"steps": [
        {"kind": "cancel", "elementId": "first"},
        {"kind": "start-before", "elementId": "second", "variables": {"why": {"type": "String", "value": "moved"}}},
    ], "annotation": "Asked by phone", "skipCustomListeners": true});
    assert_eq!(told(&platform.send(SUPERVISOR, "POST", &modification, moved.clone()).await), (403, "forbidden"));
    assert_eq!(
        told(&platform.send(DEVELOPER, "POST", &modification, json!({"steps": []})).await),
        (422, "invalid-value")
    );
    let impossible = json!({"steps": [
        {"kind": "cancel", "elementId": "first"}, {"kind": "start-before", "elementId": "nowhere"}]});
    let refused = platform.send(DEVELOPER, "POST", &modification, impossible).await;
    assert_eq!(refused.code(), "refused", "{}", refused.text);
    assert_eq!(active(&platform, &instance).await, ["first"]);

    platform.send(DEVELOPER, "POST", &modification, moved).await.expect(204);
    assert_eq!(active(&platform, &instance).await, ["second"]);
    let after = json!({"steps": [{"kind": "start-after", "elementId": "first"}]});
    platform.send(DEVELOPER, "POST", &modification, after).await.expect(204);
    let instances = platform.items(&format!("{instance}/activity-instances")).await;
    let living: Vec<&Value> = instances.iter().filter(|each| each["state"] == "active").collect();
    assert_eq!(living.len(), 2);
    let one = json!({"steps": [
        {"kind": "cancel", "elementId": "second", "activityInstanceId": living[0]["id"]}]});
    platform.send(DEVELOPER, "POST", &modification, one).await.expect(204);
    assert_eq!(active(&platform, &instance).await, ["second"]);
    assert!(instances.iter().any(|each| each["elementId"] == "first" && each["state"] == "canceled"));
}

#[tokio::test]
async fn an_instance_goes_on_by_another_version_as_a_plan_says() {
    let platform = Platform::open().await;
    let instance = platform.running(TWO_STEPS).await;
    let newer = platform.deploy(RENAMED).await;
    let migration = format!("{instance}/migration");
    let proposal = platform.get(SUPERVISOR, &migration).await.expect(200).json();
    assert_eq!((&proposal["to"], &proposal["mapping"]), (&json!(newer), &json!([])));
    let first = proposal["sources"].as_array().unwrap().iter().find(|each| each["id"] == "first").unwrap();
    assert_eq!((&first["active"], &first["name"], &first["type"]), (&json!(1), &json!("First"), &json!("userTask")));

    let plan = |source: &str, target: &str| json!({"to": newer, "mapping": [{"source": source, "target": target}]});
    let good = plan("first", "beginning");
    assert_eq!(told(&platform.send(SUPERVISOR, "POST", &migration, good.clone()).await), (403, "forbidden"));
    let refused = platform.send(DEVELOPER, "POST", &migration, plan("first", "ending")).await;
    assert_eq!((told(&refused), refused.pointers()), ((422, "invalid-migration"), vec!["/mapping/0"]));
    let refused = platform.send(DEVELOPER, "POST", &migration, json!({"to": newer, "mapping": []})).await;
    assert_eq!((told(&refused), refused.pointers()), ((422, "invalid-migration"), vec!["/mapping"]));

    platform.send(DEVELOPER, "POST", &migration, good).await.expect(204);
    assert_eq!(active(&platform, &instance).await, ["beginning"]);
    assert_eq!(platform.get(SUPERVISOR, &instance).await.expect(200).json()["version"], 2);
}

#[tokio::test]
async fn a_called_instance_names_the_one_that_called_it() {
    let platform = Platform::open().await;
    platform.deploy(TWO_STEPS).await;
    let instance = platform.running(CALLS).await;
    let calling = platform.get(SUPERVISOR, &instance).await.expect(200).json();
    assert_eq!(calling["callingInstance"], Value::Null);
    let called = format!("/api/v1/process-instances/{}", calling["calledInstances"][0]["id"].as_str().unwrap());
    let read = platform.get(SUPERVISOR, &called).await.expect(200).json();
    assert_eq!(
        (&read["callingInstance"]["id"], &read["callingInstance"]["elementId"]),
        (&calling["id"], &json!("call"))
    );
}
