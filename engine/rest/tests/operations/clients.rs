//! What clients that were written for Camunda 7 do, and what they are answered.

use crate::support::{App, text};
use http::StatusCode;
use serde_json::{Value as Json, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const ONE: &str = r#"<process id="one" name="One" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="do"/><userTask id="do" name="Do" camunda:candidateGroups="clerks"/></process>"#;

fn ids(list: &Json) -> Vec<String> {
    let mut ids: Vec<String> = list.as_array().unwrap().iter().map(|one| text(&one["id"]).to_owned()).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn no_body_is_an_empty_object_with_and_without_a_content_type() {
    let app = App::start().await;
    app.deploy(ONE).await;
    for headers in [&[JSON][..], &[]] {
        for (method, path) in [
            ("POST", "/process-definition/key/one/start"),
            ("POST", "/task"),
            ("POST", "/task/count"),
            ("POST", "/execution"),
            ("POST", "/history/process-instance"),
            ("POST", "/group"),
            ("POST", "/job/count"),
        ] {
            let (status, _, body) = app.raw(method, path, headers, "").await;
            assert_eq!(status, StatusCode::OK, "{method} {path}: {body}");
        }
        let task = app.get("/task?maxResults=1").await[0].clone();
        let complete = format!("/task/{}/complete", text(&task["id"]));
        assert_eq!(app.raw("POST", &complete, headers, "").await.0, StatusCode::NO_CONTENT);
        let (status, _, body) = app.raw("POST", "/filter/create", headers, "").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "what is required is still required: {body}");
    }
}

#[tokio::test]
async fn parameters_are_read_as_java_reads_them() {
    let app = App::start().await;
    app.deploy(ONE).await;
    app.deploy(&ONE.replace("name=\"Do\"", "name=\"Done\"")).await;
    let definition = app.get("/process-definition/key/one").await;
    let info = json!({"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"});
    let list = json!({"value": "[1]", "type": "Object", "valueInfo": info});
    app.start_instance(text(&definition["id"]), json!({"v": list})).await;
    assert_eq!(app.get("/task?maxResults=&firstResult=").await.as_array().map(Vec::len), Some(1));
    assert_eq!(app.get("/process-definition?latestVersion=1").await.as_array().map(Vec::len), Some(1));
    assert_eq!(app.get("/process-definition?latestVersion=0").await.as_array().map(Vec::len), Some(2));
    assert_eq!(app.get("/task?dueAfter=").await.as_array().map(Vec::len), Some(1));
    for refused in ["/task?active=TRUE", "/process-definition?latestVersion=", "/task?priority="] {
        assert_eq!(app.call("GET", refused, Json::Null).await.0, StatusCode::BAD_REQUEST, "{refused}");
    }
    assert_eq!(app.call("GET", "/task?maxResults=5.0", Json::Null).await.0, StatusCode::NOT_FOUND);
    // Switches are no criteria: any word is taken, and all but `true` are false.
    let kind = |answer: &Json| answer[0]["value"].is_string();
    assert!(kind(&app.get("/variable-instance?deserializeValues=No").await));
    assert!(!kind(&app.get("/variable-instance?deserializeValues=True").await));
    assert!(!kind(&app.get("/variable-instance?deserializeValues=").await));
}

#[tokio::test]
async fn duplicate_filtering_is_taken_in_any_case() {
    let app = App::start().await;
    let flag =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    app.deploy_with(ONE, &flag("enable-duplicate-filtering", "True")).await;
    app.deploy_with(ONE, &flag("enable-duplicate-filtering", "TRUE")).await;
    app.deploy_with(ONE, &flag("deploy-changed-only", "True")).await;
    assert_eq!(app.count("/process-definition/count").await, 1);
    app.deploy_with(ONE, &flag("enable-duplicate-filtering", "yes")).await;
    assert_eq!(app.count("/process-definition/count").await, 2);
}

#[tokio::test]
async fn a_body_of_another_shape_is_told_where_and_why() {
    let app = App::start().await;
    app.deploy(ONE).await;
    let start = "/process-definition/key/one/start";
    for (path, body, place) in [
        ("/task", json!({"due": "2026-01-01"}), "due"),
        ("/task", json!({"candidateGroups": "a"}), "candidateGroups"),
        ("/task", json!({"sorting": {}}), "sorting"),
        ("/task", json!({"priority": "x"}), "priority"),
        ("/task", json!({"active": "yes"}), "active"),
        ("/task", json!({"assignee": {}}), "assignee"),
        ("/task", json!({"processVariables": [1]}), "processVariables"),
        ("/task", json!({"orQueries": [1]}), "orQueries"),
        (start, json!({"variables": []}), "variables"),
        (start, json!({"variables": {"a": 1}}), "a"),
        (start, json!({"startInstructions": {}}), "instructions"),
        ("/external-task/fetchAndLock", json!({"workerId": "w", "maxTasks": "x"}), "maxTasks"),
        ("/filter/create", json!({"resourceType": "Task", "name": "x", "query": []}), "query"),
    ] {
        let (status, answer) = app.call("POST", path, body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {body}");
        let message = text(&answer["message"]);
        assert!(message.contains("Cannot deserialize value of type"), "{message}");
        assert!(message.contains(&format!("[\"{place}\"]")), "{place}: {message}");
    }
    let (_, _, array) = app.raw("POST", "/task", &[JSON], "[]").await;
    assert!(array.contains("Array value"), "{array}");
    let (_, _, broken) = app.raw("POST", "/task", &[JSON], "{\"a\":").await;
    assert!(broken.contains("line 1 column 5"), "{broken}");
}

#[tokio::test]
async fn an_execution_shows_all_variables_it_can_see() {
    let app = App::start().await;
    let process = r#"<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="sub"/>
        <subProcess id="sub"><startEvent id="ss"/><sequenceFlow id="b" sourceRef="ss" targetRef="work"/>
        <serviceTask id="work" camunda:type="external" camunda:topic="t"/></subProcess></process>"#;
    let definition = app.deploy(process).await;
    let file =
        json!({"value": "aGVsbG8=", "type": "File", "valueInfo": {"filename": "a.txt", "mimeType": "text/plain"}});
    let instance = app.start_instance(&definition, json!({"file": file, "top": {"value": 1}})).await;
    let body = json!({"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "t", "lockDuration": 1000}]});
    let task = app.post("/external-task/fetchAndLock", body).await[0].clone();
    let execution = text(&task["executionId"]);
    assert_ne!(execution, instance);
    app.call("PUT", &format!("/execution/{execution}/localVariables/own"), json!({"value": 2})).await;
    let of = format!("/process-instance/{execution}/variables");
    let all = app.get(&of).await;
    assert_eq!((&all["top"]["value"], &all["own"]["value"]), (&json!(1), &json!(2)));
    assert_eq!(app.get(&format!("{of}/top")).await["value"], json!(1));
    let (status, _, bytes) = app.raw("GET", &format!("{of}/file/data"), &[], "").await;
    assert_eq!((status, bytes.as_str()), (StatusCode::OK, "hello"));
    // The instance itself shows its own only.
    assert_eq!(app.get(&format!("/process-instance/{instance}/variables")).await.get("own"), None);
    let (status, answer) = app.call("GET", &format!("{of}/none"), Json::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{answer}");
    let (status, answer) = app.call("GET", "/process-instance/nope/variables/x", Json::Null).await;
    assert_eq!((status, text(&answer["type"])), (StatusCode::INTERNAL_SERVER_ERROR, "RestException"));
}

const SCOPES: &str = r#"<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="fork"/><parallelGateway id="fork"/>
  <sequenceFlow id="f1" sourceRef="fork" targetRef="sub"/><subProcess id="sub"><startEvent id="ss"/><sequenceFlow id="sa" sourceRef="ss" targetRef="st"/><userTask id="st"/></subProcess>
  <sequenceFlow id="f2" sourceRef="fork" targetRef="mi"/><userTask id="mi"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
  <sequenceFlow id="f3" sourceRef="fork" targetRef="seq"/><userTask id="seq"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
  <sequenceFlow id="f4" sourceRef="fork" targetRef="misub"/><subProcess id="misub"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics><startEvent id="ms"/><sequenceFlow id="ma" sourceRef="ms" targetRef="mt"/><userTask id="mt"/></subProcess>
  <sequenceFlow id="f5" sourceRef="fork" targetRef="as"/><userTask id="as" camunda:asyncBefore="true"/>
  <sequenceFlow id="f7" sourceRef="fork" targetRef="ebg"/><eventBasedGateway id="ebg"/><sequenceFlow id="g1" sourceRef="ebg" targetRef="ct"/><intermediateCatchEvent id="ct"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
  <sequenceFlow id="g2" sourceRef="ebg" targetRef="ct2"/><intermediateCatchEvent id="ct2"><timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition></intermediateCatchEvent>
  <sequenceFlow id="f9" sourceRef="fork" targetRef="join"/><sequenceFlow id="f10" sourceRef="fork" targetRef="tt"/><userTask id="tt"/><sequenceFlow id="j1" sourceRef="tt" targetRef="join"/><parallelGateway id="join"/>
  <sequenceFlow id="f11" sourceRef="fork" targetRef="bnd"/><userTask id="bnd"/><boundaryEvent id="bbt" attachedToRef="bnd" cancelActivity="false"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent></process>"#;

#[tokio::test]
async fn statistics_count_where_tokens_stand() {
    let app = App::start().await;
    let definition = app.deploy(SCOPES).await;
    app.start_instance(&definition, json!({})).await;
    let counted = app.get(&format!("/process-definition/{definition}/statistics")).await;
    let mut counts: Vec<(&str, i64)> =
        counted.as_array().unwrap().iter().map(|one| (text(&one["id"]), one["instances"].as_i64().unwrap())).collect();
    counts.sort_unstable();
    // As Camunda 7.24 answers for this model.
    let expected = [("as", 1), ("bnd", 1), ("ebg", 1), ("mi", 3), ("mt", 2), ("seq", 1), ("st", 1), ("tt", 1)];
    assert_eq!(counts, expected);
}

const CALLS: &str = r#"<process id="parent" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="call"/>
  <callActivity id="call" calledElement="child"/><sequenceFlow id="b" sourceRef="call" targetRef="c2"/><callActivity id="c2" calledElement="${x}"/>
  <sequenceFlow id="c" sourceRef="c2" targetRef="c3"/><callActivity id="c3" calledElement="one" camunda:calledElementBinding="version" camunda:calledElementVersion="1"/>
  <sequenceFlow id="d" sourceRef="c3" targetRef="c4"/><callActivity id="c4" calledElement="nowhere"/></process>"#;
const CHILD: &str = r#"<process id="child" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/>
  <serviceTask id="t" camunda:type="external" camunda:topic="x"/></process>"#;

#[tokio::test]
async fn what_a_process_calls_is_known_before_it_runs() {
    let app = App::start().await;
    app.deploy(ONE).await;
    app.deploy(CHILD).await;
    let parent = app.deploy(CALLS).await;
    let called = app.get("/process-definition/key/parent/static-called-process-definitions").await;
    let mut told: Vec<(&str, &str)> = called
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["key"]), text(&one["calledFromActivityIds"][0])))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("child", "call"), ("one", "c3")]);
    assert_eq!(text(&called[0]["callingProcessDefinitionId"]), parent);
    let (status, _) = app.call("GET", "/process-definition/nope/static-called-process-definitions", Json::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_incident_of_a_called_instance_names_the_call_activity() {
    let app = App::start().await;
    app.deploy(ONE).await;
    app.deploy(CHILD).await;
    let parent = app.deploy(CALLS).await;
    let instance = app.start_instance(&parent, json!({})).await;
    let body = json!({"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "x", "lockDuration": 1000}]});
    let task = app.post("/external-task/fetchAndLock", body).await[0].clone();
    let failure = json!({"workerId": "w", "errorMessage": "boom", "retries": 0});
    app.post(&format!("/external-task/{}/failure", text(&task["id"])), failure).await;
    for path in ["/incident", "/history/incident"] {
        let incident = app.get(&format!("{path}?processInstanceId={instance}")).await[0].clone();
        assert_eq!(incident["failedActivityId"], json!("call"), "{path}");
        let own = app.get(&format!("{path}?activityId=t")).await[0].clone();
        assert_eq!(own["failedActivityId"], Json::Null, "{path}");
    }
}

#[tokio::test]
async fn an_error_of_a_failed_task_carries_what_the_worker_said() {
    let app = App::start().await;
    let process = r#"<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/>
      <serviceTask id="t" camunda:type="external" camunda:topic="x"><extensionElements><camunda:errorEventDefinition id="d" errorRef="e" expression="${externalTask.errorMessage == 'boom'}"/></extensionElements></serviceTask>
      <boundaryEvent id="b" attachedToRef="t"><errorEventDefinition errorRef="e" camunda:errorMessageVariable="said" camunda:errorCodeVariable="code"/></boundaryEvent>
      <sequenceFlow id="c" sourceRef="b" targetRef="u"/><userTask id="u"/></process><error id="e" errorCode="E1"/>"#;
    let definition = app.deploy(process).await;
    let instance = app.start_instance(&definition, json!({})).await;
    let body = json!({"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "x", "lockDuration": 1000}]});
    let task = app.post("/external-task/fetchAndLock", body).await[0].clone();
    let failure = json!({"workerId": "w", "errorMessage": "boom", "retries": 3});
    app.post(&format!("/external-task/{}/failure", text(&task["id"])), failure).await;
    let variables = app.get(&format!("/process-instance/{instance}/variables")).await;
    assert_eq!((&variables["said"]["value"], &variables["code"]["value"]), (&json!("boom"), &json!("E1")));
}

#[tokio::test]
async fn retries_of_no_job_are_refused_in_camundas_words() {
    let app = App::start().await;
    for (path, body) in [
        ("/job/retries", json!({"retries": 1, "jobQuery": {"jobId": "none"}})),
        ("/process-instance/job-retries", json!({"retries": 1, "processInstanceQuery": {"businessKey": "none"}})),
    ] {
        let (status, answer) = app.call("POST", path, body).await;
        assert_eq!((status, text(&answer["message"])), (StatusCode::BAD_REQUEST, "jobIds is empty"), "{path}");
    }
    let (status, _) = app.call("POST", "/job/retries", json!({"retries": 1})).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn comments_are_read_and_changed_by_their_process_instance() {
    let app = App::start().await;
    let definition = app.deploy(ONE).await;
    let instance = app.start_instance(&definition, json!({})).await;
    let task = app.task(&instance).await;
    let create = format!("/task/{}/comment/create", text(&task["id"]));
    let of_task = app.post(&create, json!({"message": "of the task"})).await;
    assert_eq!(text(&of_task["rootProcessInstanceId"]), instance);
    let both = app.post(&create, json!({"message": "of both", "processInstanceId": instance})).await;
    let of_instance = format!("/process-instance/{instance}/comment");
    assert_eq!(ids(&app.get(&of_instance).await), [text(&both["id"])]);
    let change = json!({"id": both["id"], "message": "new"});
    assert_eq!(app.call("PUT", &of_instance, change).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&of_instance).await[0]["message"], json!("new"));
    let (status, answer) = app.call("PUT", &of_instance, json!({"id": of_task["id"], "message": "x"})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
    let (status, answer) = app.call("PUT", &of_instance, json!({"message": "x"})).await;
    assert_eq!((status, text(&answer["message"])), (StatusCode::BAD_REQUEST, "commentId is null"));
    let (status, answer) = app.call("GET", "/process-instance/nope/comment", Json::Null).await;
    assert_eq!((status, text(&answer["message"])), (StatusCode::NOT_FOUND, "No process instance found for id nope"));
    let one = format!("{of_instance}/{}", text(&both["id"]));
    assert_eq!(app.call("DELETE", &one, Json::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&of_instance).await, json!([]));
    assert_eq!(app.call("DELETE", &of_instance, Json::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&format!("/task/{}/comment", text(&task["id"]))).await.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_deployment_can_be_deployed_once_more() {
    let app = App::start().await;
    let first = app.deploy_with(ONE, "").await;
    let id = text(&first["id"]);
    let again = app.post(&format!("/deployment/{id}/redeploy"), json!({"source": "cockpit"})).await;
    assert_ne!(text(&again["id"]), id);
    assert_eq!((&again["name"], &again["source"]), (&first["name"], &json!("cockpit")));
    assert_eq!(app.get("/process-definition/key/one").await["version"], json!(2));
    let (status, _, _) = app.raw("POST", &format!("/deployment/{id}/redeploy"), &[], "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(app.count("/process-definition/count").await, 3);
    let (status, answer) =
        app.call("POST", &format!("/deployment/{id}/redeploy"), json!({"resourceNames": ["no"]})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(text(&answer["message"]).ends_with("does not contain the following resources with name: no"), "{answer}");
    assert_eq!(app.call("POST", "/deployment/nope/redeploy", json!({})).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_user_did_is_annotated_afterwards() {
    let app = App::start().await;
    let definition = app.deploy(ONE).await;
    let instance = app.start_instance(&definition, json!({})).await;
    let suspend = format!("/process-instance/{instance}/suspended");
    app.call_as("anna", "PUT", &suspend, json!({"suspended": true})).await;
    let operation = app.get("/history/user-operation").await[0].clone();
    let at = format!("/history/user-operation/{}", text(&operation["operationId"]));
    let set = app.call("PUT", &format!("{at}/set-annotation"), json!({"annotation": "by phone"})).await;
    assert_eq!(set.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get("/history/user-operation").await[0]["annotation"], json!("by phone"));
    assert_eq!(app.call("PUT", &format!("{at}/clear-annotation"), Json::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get("/history/user-operation").await[0]["annotation"], Json::Null);
    let (status, answer) = app.call("PUT", "/history/user-operation/nope/set-annotation", json!({})).await;
    assert_eq!((status, text(&answer["message"])), (StatusCode::BAD_REQUEST, "operation is null"));
}

#[tokio::test]
async fn metrics_count_what_history_tells() {
    let mut app = App::start().await;
    let definition = app.deploy(ONE).await;
    let sum = async |app: &App, what: &str| app.get(&format!("/metrics/{what}")).await["result"].as_i64().unwrap();
    app.start_instance(&definition, json!({})).await;
    app.advance_hours(1);
    let instance = app.start_instance(&definition, json!({})).await;
    let task = app.task(&instance).await;
    app.post(&format!("/task/{}/claim", text(&task["id"])), json!({"userId": "anna"})).await;
    app.complete(&task).await;
    // Two processes, two start events, two tasks.
    assert_eq!(sum(&app, "flow-node-instances/sum").await, 6);
    assert_eq!(sum(&app, "activity-instance-start/sum").await, 6);
    assert_eq!(sum(&app, "activity-instance-end/sum").await, 4);
    assert_eq!(sum(&app, "root-process-instance-start/sum").await, 2);
    assert_eq!(sum(&app, "process-instances/sum?startDate=2030-01-01T00:30:00.000%2B0000").await, 1);
    assert_eq!(sum(&app, "process-instances/sum?endDate=2030-01-01T00:30:00.000%2B0000").await, 1);
    assert_eq!(sum(&app, "task-users/sum").await, 1);
    assert_eq!(sum(&app, "nobody-knows/sum").await, 0);
    let intervals = app.get("/metrics?name=process-instances&interval=3600").await;
    let told: Vec<(&str, i64)> = intervals
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["timestamp"]), one["value"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("2030-01-01T01:00:00.000+0000", 1), ("2030-01-01T00:00:00.000+0000", 1)]);
    assert_eq!(app.call("GET", "/metrics?maxResults=300", Json::Null).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(app.call("GET", "/metrics/x/sum?startDate=x", Json::Null).await.0, StatusCode::BAD_REQUEST);
    let telemetry = app.get("/telemetry/data").await;
    assert_eq!(telemetry["product"]["internals"]["metrics"]["process-instances"]["count"], json!(2));
    assert_eq!(app.get("/telemetry/configuration").await, json!({"enableTelemetry": false}));
}

#[tokio::test]
async fn options_tell_what_can_be_done() {
    let app = App::start().await;
    let (status, user) = app.call("OPTIONS", "/user", Json::Null).await;
    assert_eq!(status, StatusCode::OK);
    let links: Vec<(&str, &str)> =
        user["links"].as_array().unwrap().iter().map(|link| (text(&link["method"]), text(&link["rel"]))).collect();
    assert_eq!(links, [("GET", "list"), ("GET", "count"), ("POST", "create")]);
    let (_, one) = app.call("OPTIONS", "/user/anna", Json::Null).await;
    assert!(text(&one["links"][0]["href"]).ends_with("/user/anna/profile"), "{one}");
    for path in
        ["/group/g/members", "/tenant/t/user-members", "/tenant/t/group-members", "/filter/f", "/authorization/a"]
    {
        assert_eq!(app.call("OPTIONS", path, Json::Null).await.0, StatusCode::OK, "{path}");
        assert_ne!(app.call("GET", path, Json::Null).await.0, StatusCode::NOT_IMPLEMENTED, "{path}");
    }
    assert_eq!(app.call("OPTIONS", "/task", Json::Null).await.0, StatusCode::NO_CONTENT);
}

const DECISION: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="d" name="d" namespace="n"><decision id="dec" name="Prüfung" camunda:historyTimeToLive="30"><decisionTable id="dt"><input id="i"><inputExpression id="ie" typeRef="integer"><text>v</text></inputExpression></input><output id="o" name="r" typeRef="string"/><rule id="r1"><inputEntry id="x"><text>1</text></inputEntry><outputEntry id="y"><text>"größer"</text></outputEntry></rule></decisionTable></decision></definitions>"#;

#[tokio::test]
async fn the_time_to_live_of_a_decision_is_changed() {
    let app = App::start().await;
    app.deploy_file("d.dmn", DECISION.as_bytes()).await;
    let at = "/decision-definition/key/dec/history-time-to-live";
    assert_eq!(app.call("PUT", at, json!({"historyTimeToLive": 5})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get("/decision-definition/key/dec").await["historyTimeToLive"], json!(5));
    assert_eq!(app.call("PUT", at, json!({"historyTimeToLive": -1})).await.0, StatusCode::BAD_REQUEST);
    let nobody = "/decision-definition/key/nope/history-time-to-live";
    assert_eq!(app.call("PUT", nobody, json!({"historyTimeToLive": 5})).await.0, StatusCode::NOT_FOUND);
}

/// A text in single bytes, as windows-1252 and the first ISO 8859 sets have them.
fn single_bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn sixteen_bits(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[tokio::test]
async fn models_are_read_in_the_encoding_they_declare_and_kept_as_they_are() {
    let app = App::start().await;
    let model = |encoding: &str| {
        let process = ONE.replace("name=\"Do\"", "name=\"Prüfen\"");
        format!(
            r#"<?xml version="1.0" encoding="{encoding}"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">{process}</definitions>"#
        )
    };
    let decision = |encoding: &str| format!(r#"<?xml version="1.0" encoding="{encoding}"?>{DECISION}"#);
    let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    type Encode = Box<dyn Fn(&str) -> Vec<u8>>;
    let encodings: [(&str, Encode); 6] = [
        ("windows-1252", Box::new(single_bytes)),
        ("ISO-8859-1", Box::new(single_bytes)),
        ("ISO-8859-15", Box::new(single_bytes)),
        ("UTF-16", Box::new(move |text| with_mark(&[0xFF, 0xFE], sixteen_bits(text, u16::to_le_bytes)))),
        ("UTF-16", Box::new(move |text| with_mark(&[0xFE, 0xFF], sixteen_bits(text, u16::to_be_bytes)))),
        ("UTF-16LE", Box::new(|text| sixteen_bits(text, u16::to_le_bytes))),
    ];
    for (encoding, encode) in encodings {
        let bytes = encode(&model(encoding));
        let (status, answer) = app.deploy_file("one.bpmn", &bytes).await;
        assert_eq!(status, StatusCode::OK, "{encoding}: {answer}");
        let definition = answer["deployedProcessDefinitions"].as_object().unwrap().keys().next().unwrap().clone();
        let instance = app.start_instance(&definition, json!({})).await;
        assert_eq!(app.task(&instance).await["name"], json!("Prüfen"), "{encoding}");
        let xml = app.get(&format!("/process-definition/{definition}/xml")).await;
        assert!(text(&xml["bpmn20Xml"]).contains("Prüfen"), "{encoding}");
        let at = format!("/deployment/{}/resources", text(&answer["id"]));
        let resource = app.get(&at).await[0]["id"].clone();
        let data = format!("{at}/{}/data", text(&resource));
        let (_, headers, _) = app.raw("GET", &data, &[], "").await;
        let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
        assert_eq!(length, bytes.len(), "{encoding}: the file is kept as it was given");

        let (status, answer) = app.deploy_file("d.dmn", &encode(&decision(encoding))).await;
        assert_eq!(status, StatusCode::OK, "{encoding}: {answer}");
        assert_eq!(app.get("/decision-definition/key/dec").await["name"], json!("Prüfung"), "{encoding}");
        let evaluated =
            app.post("/decision-definition/key/dec/evaluate", json!({"variables": {"v": {"value": 1}}})).await;
        assert_eq!(evaluated[0]["r"]["value"], json!("größer"), "{encoding}");
    }
}

#[tokio::test]
async fn tasks_are_told_as_hal_to_those_who_ask_for_it() {
    const HAL: (&str, &str) = ("accept", "application/hal+json");
    let app = App::start().await;
    let definition = app.deploy(ONE).await;
    let instance = app.start_instance(&definition, json!({"v": {"value": 1}})).await;
    app.start_instance(&definition, json!({})).await;
    app.post("/user/create", json!({"profile": {"id": "anna", "firstName": "Anna", "lastName": "Meyer"}})).await;
    app.post("/group/create", json!({"id": "clerks", "name": "Clerks"})).await;
    let task = app.task(&instance).await;
    let id = text(&task["id"]);
    app.post(&format!("/task/{id}/claim"), json!({"userId": "anna"})).await;
    let hal = async |path: &str| {
        let (status, headers, body) = app.raw("GET", path, &[HAL], "").await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        assert_eq!(headers["content-type"], "application/hal+json", "{path}");
        serde_json::from_str::<Json>(&body).unwrap()
    };
    let list = hal("/task?maxResults=1&assignee=anna").await;
    assert_eq!(list["count"], json!(1));
    assert_eq!(list["_links"]["self"]["href"], json!("/task"));
    assert_eq!(list["_embedded"]["assignee"][0]["firstName"], json!("Anna"));
    assert_eq!(list["_embedded"]["processDefinition"][0]["key"], json!("one"));
    let first = &list["_embedded"]["task"][0];
    assert_eq!(first["_links"]["self"]["href"], json!(format!("/task/{id}")));
    assert_eq!((&first["_embedded"], first.get("taskState")), (&Json::Null, None));
    assert_eq!(hal("/task?maxResults=1").await["count"], json!(2));
    let one = hal(&format!("/task/{id}")).await;
    assert_eq!(one["_embedded"]["group"][0]["name"], json!("Clerks"));
    assert_eq!(one["_embedded"]["identityLink"].as_array().map(Vec::len), Some(2));
    let filter = json!({"resourceType": "Task", "name": "f", "query": {"assignee": "anna"}, "properties": {"variables": [{"name": "v"}]}});
    let filter = app.post("/filter/create", filter).await;
    let of_filter = format!("/filter/{}", text(&filter["id"]));
    let list = hal(&format!("{of_filter}/list")).await;
    let variable = &list["_embedded"]["task"][0]["_embedded"]["variable"][0];
    assert_eq!((&variable["name"], &variable["value"]), (&json!("v"), &json!(1)));
    assert_eq!(hal(&format!("{of_filter}/singleResult")).await["_embedded"]["variable"][0]["value"], json!(1));
    // Nobody else is told so, and what has no HAL is not acceptable.
    for path in ["/task/count", "/process-definition", "/filter", "/version"] {
        assert_eq!(app.raw("GET", path, &[HAL], "").await.0, StatusCode::NOT_ACCEPTABLE, "{path}");
    }
    let both = ("accept", "application/json, application/hal+json");
    let (_, headers, _) = app.raw("GET", "/task", &[both], "").await;
    assert_eq!(headers["content-type"], "application/json");
}
