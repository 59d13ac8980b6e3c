//! What of an instance is repaired: variables, jobs, external tasks, what it waits for, incidents.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::{DEVELOPER, Platform, SUPERVISOR, WORKER, told};

const WITH_TASK: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="task"/>
    <userTask id="task" name="Check" camunda:assignee="carl"><extensionElements><camunda:inputOutput>
    <camunda:inputParameter name="inside">1</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"#;
const WITH_TIMER: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="wait"/>
    <intermediateCatchEvent id="wait" name="Wait"><timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="b" sourceRef="wait" targetRef="then"/><userTask id="then"/>"#;
const WITH_FAILURE: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="compute"/>
    <scriptTask id="compute" name="Compute" camunda:asyncBefore="true" scriptFormat="javascript"><script>if (amount &lt; 10) throw new Error("too little");</script></scriptTask>"#;
const WITH_WORKER: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="work"/>
    <serviceTask id="work" name="Work" camunda:type="external" camunda:topic="print"/>"#;
const WITH_MESSAGE: &str = r#"<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="wait"/>
    <intermediateCatchEvent id="wait" name="Paid?"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
    <sequenceFlow id="b" sourceRef="wait" targetRef="then"/><userTask id="then"/>"#;

#[tokio::test]
async fn a_variable_is_set_in_its_scope_and_its_history_says_who_did_it() {
    let platform = Platform::open().await;
    let instance = platform.running(WITH_TASK).await;
    let variables = platform.items(&format!("{instance}/variables")).await;
    let names: Vec<_> =
        variables.iter().map(|each| (each["name"].as_str().unwrap(), &each["scope"]["isInstance"])).collect();
    assert_eq!(names, [("amount", &json!(true)), ("inside", &json!(false))]);
    let scope = variables[1]["scope"]["id"].as_str().unwrap();
    assert_eq!(
        (&variables[1]["scope"]["elementId"], &variables[1]["scope"]["elementName"]),
        (&json!("task"), &json!("Check"))
    );

    let at_task = platform.items(&format!("{instance}/variables?elementId=task")).await;
    assert_eq!((at_task.len(), &at_task[0]["name"]), (1, &json!("inside")));
    let amount = format!("{instance}/variables/amount");
    platform.send(SUPERVISOR, "PUT", &amount, json!({"type": "Long", "value": 12})).await.expect(204);
    let inside = json!({"type": "String", "value": "two", "scope": scope});
    platform.send(DEVELOPER, "PUT", &format!("{instance}/variables/inside"), inside).await.expect(204);
    let read = platform.get(WORKER, &amount).await.expect(200).json();
    assert_eq!((&read["type"], &read["value"]), (&json!("Long"), &json!(12)));
    let read = platform.get(WORKER, &format!("{instance}/variables/inside?scope={scope}")).await.expect(200).json();
    assert_eq!(read["value"], "two");
    assert_eq!(told(&platform.get(WORKER, &format!("{instance}/variables/inside")).await), (404, "not-found"));

    let changes = platform.items(&format!("{amount}/history")).await;
    let line = |nth: usize| (&changes[nth]["by"], &changes[nth]["previous"]["value"], &changes[nth]["value"]);
    assert_eq!(line(0), (&json!("ben"), &json!(5), &json!(12)));
    assert_eq!(line(1), (&json!("dana"), &Value::Null, &json!(5)));

    platform.send(SUPERVISOR, "DELETE", &amount, Value::Null).await.expect(204);
    assert_eq!(told(&platform.get(WORKER, &amount).await), (404, "not-found"));
    let changes = platform.items(&format!("{amount}/history")).await;
    assert_eq!((&changes[0]["isRemoved"], &changes[0]["previous"]["value"]), (&json!(true), &json!(12)));
}

#[tokio::test]
async fn what_is_no_value_of_its_type_or_not_the_callers_to_set_is_refused() {
    let platform = Platform::open().await;
    let instance = platform.running(WITH_TASK).await;
    let amount = format!("{instance}/variables/amount");
    let refused = platform.send(SUPERVISOR, "PUT", &amount, json!({"type": "Integer", "value": "five"})).await;
    assert_eq!((told(&refused), refused.pointers()), ((422, "invalid-value"), vec!["/value"]));
    let sent = json!({"value": 1});
    assert_eq!(told(&platform.send(WORKER, "PUT", &amount, sent.clone()).await), (403, "forbidden"));
    let reserved = platform.send(DEVELOPER, "PUT", &format!("{instance}/variables/caseId"), sent.clone()).await;
    assert_eq!(told(&reserved), (422, "reserved-variable"));
    let other = platform.start().await;
    let elsewhere = json!({"value": 1, "scope": other});
    assert_eq!(told(&platform.send(DEVELOPER, "PUT", &amount, elsewhere).await), (404, "not-found"));
    let nowhere = "/api/v1/process-instances/0198a3f2-7b1c-7def-8123-000000000001/variables/amount";
    assert_eq!(told(&platform.send(DEVELOPER, "PUT", nowhere, sent).await), (404, "not-found"));
}

#[tokio::test]
async fn a_large_value_is_read_by_itself() {
    let platform = Platform::open().await;
    let instance = platform.running(WITH_TASK).await;
    let large = json!({"text": "x".repeat(3000)});
    let notes = format!("{instance}/variables/notes");
    platform.send(DEVELOPER, "PUT", &notes, json!({"type": "Json", "value": large})).await.expect(204);
    let variables = platform.items(&format!("{instance}/variables")).await;
    let listed = variables.iter().find(|each| each["name"] == "notes").unwrap();
    assert_eq!((&listed["isLarge"], &listed["value"], &listed["type"]), (&json!(true), &Value::Null, &json!("Json")));
    assert!(listed["size"].as_u64().unwrap() > 3000);
    assert_eq!(platform.get(WORKER, &notes).await.expect(200).json()["value"], large);
}

#[tokio::test]
async fn a_timer_is_moved_suspended_and_fired() {
    let platform = Platform::open().await;
    let instance = platform.running(WITH_TIMER).await;
    let jobs = platform.items(&format!("{instance}/jobs")).await;
    assert_eq!(
        (&jobs[0]["isTimer"], &jobs[0]["elementName"], &jobs[0]["retries"]),
        (&json!(true), &json!("Wait"), &json!(3))
    );
    let job = format!("{instance}/jobs/{}", jobs[0]["id"].as_str().unwrap());
    platform.send(SUPERVISOR, "PATCH", &job, json!({"dueAt": "2027-01-01T00:00:00Z"})).await.expect(204);
    platform.send(SUPERVISOR, "PATCH", &job, json!({"isSuspended": true})).await.expect(204);
    let jobs = platform.items(&format!("{instance}/jobs")).await;
    assert_eq!((&jobs[0]["dueAt"], &jobs[0]["isSuspended"]), (&json!("2027-01-01T00:00:00.000Z"), &json!(true)));
    platform.send(SUPERVISOR, "PATCH", &job, json!({"isSuspended": false})).await.expect(204);

    assert_eq!(told(&platform.send(SUPERVISOR, "PATCH", &job, json!({})).await), (422, "one-change"));
    let two = json!({"retries": 1, "isSuspended": true});
    assert_eq!(told(&platform.send(SUPERVISOR, "PATCH", &job, two).await), (422, "one-change"));
    assert_eq!(told(&platform.send(SUPERVISOR, "PATCH", &job, json!({"retries": -1})).await), (422, "invalid-value"));
    assert_eq!(told(&platform.send(WORKER, "POST", &format!("{job}/execute"), Value::Null).await), (403, "forbidden"));
    let other =
        format!("/api/v1/process-instances/{}/jobs/{}", platform.start().await, job.rsplit('/').next().unwrap());
    assert_eq!(
        told(&platform.send(SUPERVISOR, "POST", &format!("{other}/execute"), Value::Null).await),
        (404, "not-found")
    );

    platform.send(SUPERVISOR, "POST", &format!("{job}/execute"), Value::Null).await.expect(204);
    assert!(platform.items(&format!("{instance}/jobs")).await.is_empty());
    assert_eq!(platform.items(&format!("{instance}/user-tasks")).await[0]["elementId"], "then");
    assert_eq!(
        told(&platform.send(SUPERVISOR, "POST", &format!("{job}/execute"), Value::Null).await),
        (404, "not-found")
    );
}

#[tokio::test]
async fn a_job_that_failed_tells_why_and_goes_on_when_its_cause_is_mended() {
    let platform = Platform::open().await;
    let instance = platform.running(WITH_FAILURE).await;
    // A token that waits before its activity is there, and history does not tell of it.
    let shown = platform.get(WORKER, &instance).await.expect(200).json();
    let waits = json!({"elementId": "compute", "state": "active", "count": 1});
    assert!(shown["activities"].as_array().unwrap().contains(&waits), "{}", shown["activities"]);

    let jobs = platform.items(&format!("{instance}/jobs")).await;
    let id = jobs[0]["id"].as_str().unwrap();
    let job = format!("{instance}/jobs/{id}");
    let failed = platform.send(SUPERVISOR, "POST", &format!("{job}/execute"), Value::Null).await;
    assert_eq!(told(&failed), (409, "job-failed"));
    platform.send(SUPERVISOR, "PATCH", &job, json!({"retries": 0})).await.expect(204);
    let listed = &platform.items(&format!("{instance}/jobs")).await[0];
    assert!(listed["error"].as_str().unwrap().contains("too little"), "{listed}");
    assert_eq!(listed["errorDetails"], Value::Null);
    assert_eq!(platform.items(&format!("{instance}/jobs?elementId=compute")).await.len(), 1);
    assert!(platform.items(&format!("{instance}/jobs?elementId=start")).await.is_empty());
    let whole = &platform.items(&format!("{instance}/jobs?id={id}")).await[0];
    assert!(whole["errorDetails"].as_str().unwrap().contains("too little"), "{whole}");

    let shown = platform.get(WORKER, &instance).await.expect(200).json();
    let incident = format!("/api/v1/incidents/{}", shown["incidents"][0]["id"].as_str().unwrap());
    let details = platform.get(WORKER, &incident).await.expect(200).json();
    assert!(details["details"].as_str().unwrap().contains("too little"), "{details}");
    assert_eq!(details["elementId"], "compute");

    platform.send(SUPERVISOR, "PUT", &format!("{instance}/variables/amount"), json!({"value": 50})).await.expect(204);
    platform.send(SUPERVISOR, "POST", &format!("{incident}/retry"), Value::Null).await.expect(204);
    platform.send(SUPERVISOR, "POST", &format!("{job}/execute"), Value::Null).await.expect(204);
    assert_eq!(platform.get(WORKER, &instance).await.expect(200).json()["state"], "completed");
    assert_eq!(told(&platform.get(WORKER, &incident).await), (404, "not-found"));
}

#[tokio::test]
async fn an_external_task_gets_tries_and_is_taken_from_its_worker() {
    use casewright_engine_core::Command;
    use casewright_engine_core::ids::parse;
    let platform = Platform::open().await;
    let instance = platform.running(WITH_WORKER).await;
    let tasks = platform.items(&format!("{instance}/external-tasks")).await;
    let first = &tasks[0];
    assert_eq!(
        (&first["topic"], &first["elementName"], &first["isLocked"]),
        (&json!("print"), &json!("Work"), &json!(false))
    );
    let id = first["id"].as_str().unwrap();
    let task = format!("{instance}/external-tasks/{id}");
    let local = parse(id).unwrap().1;
    let lock = Command::LockExternalTask { task: local, worker: "printer".into(), duration_ms: 60_000 };
    platform.engine.instances().step(id, &Default::default(), lock).await.unwrap();
    let locked = &platform.items(&format!("{instance}/external-tasks")).await[0];
    assert_eq!((&locked["worker"], &locked["isLocked"]), (&json!("printer"), &json!(true)));
    assert_eq!(told(&platform.send(WORKER, "POST", &format!("{task}/unlock"), Value::Null).await), (403, "forbidden"));
    platform.send(SUPERVISOR, "POST", &format!("{task}/unlock"), Value::Null).await.expect(204);
    platform.send(SUPERVISOR, "PATCH", &task, json!({"retries": 0})).await.expect(204);
    let open = &platform.items(&format!("{instance}/external-tasks?id={id}")).await[0];
    assert_eq!((&open["isLocked"], &open["retries"]), (&json!(false), &json!(0)));
    assert_eq!(told(&platform.send(SUPERVISOR, "PATCH", &task, json!({"retries": -1})).await), (422, "invalid-value"));
    let missing = format!("{instance}/external-tasks/{}", instance.rsplit('/').next().unwrap());
    assert_eq!(told(&platform.send(SUPERVISOR, "PATCH", &missing, json!({"retries": 1})).await), (404, "not-found"));
}

#[tokio::test]
async fn a_message_comes_where_it_is_waited_for_and_brings_variables() {
    let platform = Platform::open().await;
    let instance = platform.running(WITH_MESSAGE).await;
    let other = format!("/api/v1/process-instances/{}", platform.start().await);
    let waiting = platform.items(&format!("{instance}/subscriptions")).await;
    let first = &waiting[0];
    assert_eq!(
        (&first["type"], &first["name"], &first["elementName"]),
        (&json!("message"), &json!("paid"), &json!("Paid?"))
    );
    let correlate = format!("{instance}/subscriptions/{}/correlate", first["id"].as_str().unwrap());
    let refused = platform.send(SUPERVISOR, "POST", &correlate, json!({"variables": {"mailId": {"value": "x"}}})).await;
    assert_eq!((told(&refused), refused.pointers()), ((422, "reserved-variable"), vec!["/variables/mailId"]));
    let refused =
        platform.send(SUPERVISOR, "POST", &correlate, json!({"variables": {"at": {"type": "Date", "value": 1}}})).await;
    assert_eq!(refused.pointers(), ["/variables/at/value"]);

    platform.send(SUPERVISOR, "PUT", &format!("{instance}/suspension"), json!({"isSuspended": true})).await.expect(204);
    let sent = json!({"variables": {"sum": {"type": "Integer", "value": 7}}});
    assert_eq!(told(&platform.send(SUPERVISOR, "POST", &correlate, sent.clone()).await), (400, "refused"));
    platform
        .send(SUPERVISOR, "PUT", &format!("{instance}/suspension"), json!({"isSuspended": false}))
        .await
        .expect(204);
    platform.send(SUPERVISOR, "POST", &correlate, sent.clone()).await.expect(204);
    assert_eq!(platform.get(WORKER, &format!("{instance}/variables/sum")).await.expect(200).json()["value"], 7);
    assert!(platform.items(&format!("{instance}/subscriptions")).await.is_empty());
    assert_eq!(platform.items(&format!("{other}/subscriptions")).await.len(), 1);
    assert_eq!(told(&platform.send(SUPERVISOR, "POST", &correlate, sent).await), (404, "not-found"));
}
