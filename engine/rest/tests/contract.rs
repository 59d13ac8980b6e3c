//! The Camunda 7 contract over a real journal: what a worker, the Modeler and a task list do all day.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::body::Body;
use axum::http::{Request, header};
use casewright_engine_rest::EngineRestAuth;
use serde_json::json;
use std::time::{Duration, Instant};
use support::{Part, Server, filled, multipart, process, variables};

const USER_TASK: &str = r#"<userTask id="work" name="Work"/>"#;
const EXTERNAL: &str = r#"<serviceTask id="work" camunda:type="external" camunda:topic="pack"/>"#;
const FAILING: &str = r#"<serviceTask id="work" camunda:asyncBefore="true" camunda:expression="${missing}"/>"#;
const MESSAGE: &str =
    r#"<intermediateCatchEvent id="work"><messageEventDefinition messageRef="paid"/></intermediateCatchEvent>"#;
const SIGNAL: &str =
    r#"<intermediateCatchEvent id="work"><signalEventDefinition signalRef="halt"/></intermediateCatchEvent>"#;

async fn server_with(key: &str, elements: &str) -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    server.deploy(key, &[(&format!("{key}.bpmn"), &process(key, elements))]).await.expect(200);
    (dir, server)
}

#[tokio::test]
async fn a_multipart_upload_becomes_a_deployment_with_its_definitions() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let answer = server.deploy("first", &[("job.bpmn", &process("job", USER_TASK))]).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let deployed = answer.json();
    let definitions = deployed["deployedProcessDefinitions"].as_object().unwrap();
    assert_eq!(definitions.len(), 1);
    let definition = definitions.values().next().unwrap();
    assert_eq!(definition["key"], "job");
    assert_eq!(definition["version"], 1);
    assert_eq!(deployed["deployedCaseDefinitions"], json!(null));
    server.deploy("second", &[("job.bpmn", &process("job", EXTERNAL))]).await.expect(200);
    let latest = server.get("/process-definition/key/job").await.expect(200).json();
    assert_eq!(latest["version"], 2);
}

/// A decision `d` of a model of its own that gives what `lib` of the imported model gives, and something.
fn importing(more: u32) -> String {
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="M" namespace="https://example.org/m">
        <import namespace="https://example.org/lib" name="lib" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
        <decision id="d" name="D"><variable name="D"/><informationRequirement><requiredDecision href="https://example.org/lib#size"/></informationRequirement><literalExpression><text>lib.Size + {more}</text></literalExpression></decision></definitions>"##
    )
}

const IMPORTED: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="l" name="Lib" namespace="https://example.org/lib">
    <decision id="size" name="Size"><variable name="Size"/><literalExpression><text>4</text></literalExpression></decision></definitions>"#;

#[tokio::test]
async fn what_a_changed_model_imports_is_deployed_with_it_though_it_did_not_change() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let other = process("other", USER_TASK);
    for more in [1, 2] {
        let importing = importing(more);
        let files = [("m.dmn", importing.as_str()), ("lib.dmn", IMPORTED), ("other.bpmn", other.as_str())];
        let files = files.map(|(name, text)| Part::file(name, name, text));
        let flags =
            [("deployment-name", "d"), ("deploy-changed-only", "true")].map(|(name, text)| Part::text(name, text));
        let (media, body) = multipart(&flags.into_iter().chain(files).collect::<Vec<_>>());
        let request = Request::post("/engine-rest/deployment/create").header(header::CONTENT_TYPE, media);
        server.send(request.body(Body::from(body)).unwrap()).await.expect(200);
    }
    assert_eq!(server.get("/process-definition/key/other").await.expect(200).json()["version"], 1);
    // As after a start: the stored files are read anew.
    server.close().await;
    let server = Server::open(dir.path()).await;
    let decided = server.post("/decision-definition/key/d/evaluate", json!({"variables": {}})).await.expect(200).json();
    assert_eq!(decided[0]["D"]["value"], 6, "{decided}");
}

#[tokio::test]
async fn a_model_that_cannot_run_is_refused_with_its_element_and_nothing_is_deployed() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let broken = process("broken", r#"<serviceTask id="work"/>"#);
    let refused = server.deploy("broken", &[("broken.bpmn", &broken)]).await.expect(400).json();
    assert_eq!(refused["type"], "ParseException");
    assert!(refused["message"].as_str().unwrap().starts_with("ENGINE-09005 Could not parse BPMN process. Errors: "));
    assert_eq!(refused["details"]["broken.bpmn"]["errors"][0]["mainElementId"], "work");
    assert_eq!(server.get("/deployment/count").await.json(), json!({"count": 0}));
}

#[tokio::test]
async fn a_task_claimed_for_nobody_is_given_back_wherever_it_lives() {
    let (_dir, server) = server_with("job", USER_TASK).await;
    let instance = server.start("job", variables("who", "anna")).await;
    let tasks = server.get(&format!("/task?processInstanceId={instance}")).await.expect(200).json();
    server.post("/task/create", json!({"id": "alone"})).await.expect(204);
    for task in [tasks[0]["id"].as_str().unwrap(), "alone"] {
        let claim = format!("/task/{task}/claim");
        server.post(&claim, json!({"userId": "anna"})).await.expect(204);
        let taken = server.post(&claim, json!({"userId": "ben"})).await.expect(500).json();
        assert_eq!(taken["type"], "TaskAlreadyClaimedException");
        server.post(&claim, json!({"userId": null})).await.expect(204);
        let free = server.get(&format!("/task/{task}")).await.expect(200).json();
        assert_eq!(free["assignee"], json!(null));
    }
}

#[tokio::test]
async fn a_task_is_claimed_by_one_and_its_completion_ends_the_instance() {
    let (_dir, server) = server_with("job", USER_TASK).await;
    let instance = server.start("job", variables("who", "anna")).await;
    let tasks = server.get(&format!("/task?processInstanceId={instance}")).await.expect(200).json();
    let task = tasks[0]["id"].as_str().unwrap().to_owned();
    server.post(&format!("/task/{task}/claim"), json!({"userId": "anna"})).await.expect(204);
    let taken = server.post(&format!("/task/{task}/claim"), json!({"userId": "ben"})).await.expect(500).json();
    assert_eq!(taken["type"], "TaskAlreadyClaimedException");
    let done = server.post(&format!("/task/{task}/complete"), variables("result", "ok")).await.expect(204);
    assert_eq!(done.text, "");
    let history = server.get(&format!("/history/process-instance/{instance}")).await.expect(200).json();
    assert_eq!(history["state"], "COMPLETED");
    // Thirty days after its end, by the definition's time to live.
    assert_eq!(history["removalTime"], "2026-12-21T12:00:00.000+0000");
    server.get(&format!("/process-instance/{instance}")).await.expect(404);
}

#[tokio::test]
async fn a_waiting_fetch_is_answered_as_soon_as_a_task_appears() {
    let (_dir, server) = server_with("job", EXTERNAL).await;
    let fetch = json!({
        "workerId": "w1", "maxTasks": 1, "asyncResponseTimeout": 60_000,
        "topics": [{"topicName": "pack", "lockDuration": 10_000}],
    });
    let began = Instant::now();
    let (fetched, instance) = tokio::join!(server.post("/external-task/fetchAndLock", fetch), async {
        tokio::task::yield_now().await;
        server.start("job", variables("box", "small")).await
    });
    assert!(began.elapsed() < Duration::from_secs(30), "the start woke the fetch, not its timeout");
    let fetched = fetched.expect(200).json();
    assert_eq!(fetched[0]["processInstanceId"], instance.as_str());
    assert_eq!(fetched[0]["variables"]["box"], json!({"type": "String", "value": "small", "valueInfo": {}}));
    let task = fetched[0]["id"].as_str().unwrap();
    let other = server.post(&format!("/external-task/{task}/complete"), json!({"workerId": "w2"})).await.expect(400);
    assert_eq!(other.json()["type"], "RestException");
    server.post(&format!("/external-task/{task}/complete"), json!({"workerId": "w1"})).await.expect(204);
    server.get(&format!("/process-instance/{instance}")).await.expect(404);
}

#[tokio::test]
async fn who_waits_for_tasks_is_told_that_there_are_none_when_the_process_drains() {
    let (_dir, server) = server_with("job", EXTERNAL).await;
    let fetch = || {
        let body = json!({
            "workerId": "w1", "maxTasks": 1, "asyncResponseTimeout": 600_000,
            "topics": [{"topicName": "pack", "lockDuration": 10_000}],
        });
        server.post("/external-task/fetchAndLock", body)
    };
    let began = Instant::now();
    let (fetched, ()) = tokio::join!(fetch(), async {
        tokio::task::yield_now().await;
        server.engine.config().draining.cancel();
    });
    assert_eq!(fetched.expect(200).json(), json!([]));
    assert_eq!(fetch().await.expect(200).json(), json!([]), "who comes later does not wait long");
    assert!(began.elapsed() < Duration::from_secs(60), "nobody waited for the timeout");
    let instance = server.start("job", json!({})).await;
    assert_eq!(fetch().await.expect(200).json()[0]["processInstanceId"], instance.as_str(), "and gets what there is");
}

#[tokio::test]
async fn a_lock_that_ran_out_and_an_activation_make_tasks_fetchable_again() {
    let (_dir, server) = server_with("job", EXTERNAL).await;
    let first = server.start("job", json!({})).await;
    let second = server.start("job", json!({})).await;
    let fetched = async || {
        let fetch = json!({"workerId": "w", "maxTasks": 9, "topics": [{"topicName": "pack", "lockDuration": 10_000}]});
        let tasks = server.post("/external-task/fetchAndLock", fetch).await.expect(200).json();
        let mut of: Vec<String> = tasks
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["processInstanceId"].as_str().unwrap().to_owned())
            .collect();
        of.sort();
        of
    };
    let mut both = vec![first.clone(), second.clone()];
    both.sort();
    let suspend = async |suspended: bool| {
        let path = format!("/process-instance/{first}/suspended");
        server.call("PUT", &path, json!({"suspended": suspended})).await.expect(204);
    };
    assert_eq!(fetched().await, both);
    assert!(fetched().await.is_empty(), "both are locked");
    suspend(true).await;
    server.clock.set("2026-11-21T12:00:10Z".parse().unwrap());
    assert_eq!(fetched().await, [second]);
    suspend(false).await;
    assert_eq!(fetched().await, [first]);
}

#[tokio::test]
async fn a_message_reaches_the_instance_with_its_business_key_only() {
    let (_dir, server) = server_with("job", MESSAGE).await;
    let first = server.start("job", json!({"businessKey": "first"})).await;
    let second = server.start("job", json!({"businessKey": "second"})).await;
    let nobody = server.post("/message", json!({"messageName": "paid", "businessKey": "third"})).await.expect(400);
    let text = nobody.json()["message"].as_str().unwrap().to_owned();
    assert!(text.starts_with("org.camunda.bpm.engine.MismatchingMessageCorrelationException: "), "{text}");
    server.post("/message", json!({"messageName": "paid", "businessKey": "second"})).await.expect(204);
    server.get(&format!("/process-instance/{second}")).await.expect(404);
    server.get(&format!("/process-instance/{first}")).await.expect(200);
}

#[tokio::test]
async fn a_signal_reaches_everybody_who_waits() {
    let (_dir, server) = server_with("job", SIGNAL).await;
    for _ in 0..3 {
        server.start("job", json!({})).await;
    }
    server.post("/signal", json!({"name": "halt"})).await.expect(204);
    assert_eq!(server.get("/process-instance/count").await.json(), json!({"count": 0}));
}

#[tokio::test]
async fn a_job_without_retries_is_an_incident_until_it_gets_some() {
    let (_dir, server) = server_with("job", FAILING).await;
    let instance = server.start("job", json!({})).await;
    let jobs = server.get(&format!("/job?processInstanceId={instance}")).await.expect(200).json();
    let job = jobs[0]["id"].as_str().unwrap().to_owned();
    for left in [2, 1, 0] {
        let failed = server.post(&format!("/job/{job}/execute"), json!({})).await.expect(404).json();
        assert_eq!(failed["type"], "InvalidRequestException");
        assert_eq!(server.get(&format!("/job/{job}")).await.json()["retries"], left);
    }
    let incidents = server.get(&format!("/incident?processInstanceId={instance}")).await.json();
    assert_eq!(incidents[0]["incidentType"], "failedJob");
    assert_eq!(incidents[0]["configuration"], job.as_str());
    assert_eq!(incidents[0]["jobDefinitionId"], jobs[0]["jobDefinitionId"]);
    let history = server.get(&format!("/history/incident?processInstanceId={instance}")).await.json();
    let failure = history[0]["historyConfiguration"].as_str().unwrap();
    let log = server.get(&format!("/history/job-log/{failure}")).await.expect(200).json();
    assert_eq!((log["failureLog"].clone(), log["jobRetries"].clone()), (json!(true), json!(1)));
    server.call("PUT", &format!("/job/{job}/retries"), json!({"retries": 1})).await.expect(204);
    assert_eq!(server.get("/incident/count").await.json(), json!({"count": 0}));
    let missing = json!({"value": "there", "type": "String"});
    server.call("PUT", &format!("/process-instance/{instance}/variables/missing"), missing).await.expect(204);
    server.post(&format!("/job/{job}/execute"), json!({})).await.expect(204);
    server.get(&format!("/process-instance/{instance}")).await.expect(404);
}

#[tokio::test]
async fn errors_have_the_three_keys_in_every_layer() {
    let (_dir, server) = server_with("job", USER_TASK).await;
    let cases = [
        (server.get("/process-definition/nope").await, 404, "InvalidRequestException", json!(0)),
        (server.post("/process-definition/nope/start", json!({})).await, 500, "RestException", json!(0)),
        (server.get("/task?sortBy=name").await, 400, "InvalidRequestException", json!(null)),
        (server.get("/task?maxResults=many").await, 404, "QueryParamException", json!(null)),
        (server.get("/no-such-resource").await, 404, "NotFoundException", json!(null)),
        (server.call("PUT", "/task", json!({})).await, 405, "NotAllowedException", json!(null)),
        (server.get("/case-instance").await, 501, "NotImplementedException", json!(null)),
    ];
    for (answer, status, kind, code) in cases {
        let answer = answer.expect(status);
        assert_eq!(answer.header("content-type"), "application/json");
        let body = answer.json();
        assert_eq!((&body["type"], &body["code"]), (&json!(kind), &code), "{body}");
        assert!(body["message"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn a_form_submission_is_checked_converted_and_kept_in_history() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let form = r#"<startEvent id="start"><extensionElements><camunda:formData>
        <camunda:formField id="title" type="string"><camunda:validation><camunda:constraint name="maxlength" config="5"/></camunda:validation></camunda:formField>
        <camunda:formField id="amount" type="long" defaultValue="10"/></camunda:formData></extensionElements></startEvent>"#;
    let model = process("job", USER_TASK).replace(r#"<startEvent id="start"/>"#, form);
    server.deploy("form", &[("job.bpmn", &model)]).await.expect(200);
    let submit = "/process-definition/key/job/submit-form";
    let refused = server.post(submit, variables("title", "too long")).await.expect(500).json();
    assert!(refused["message"].as_str().unwrap().ends_with("validation of maxlength(5) failed."), "{refused}");
    let started = server.post(submit, variables("title", "short")).await.expect(200).json();
    let instance = started["id"].as_str().unwrap();
    let amount = server.get(&format!("/process-instance/{instance}/variables/amount")).await.json();
    assert_eq!(amount, json!({"type": "Long", "value": 10, "valueInfo": {}}));
    let details = format!("/history/detail?processInstanceId={instance}&formFields=true");
    let fields = server.get(&details).await.expect(200).json();
    assert_eq!((&fields[0]["fieldId"], &fields[0]["fieldValue"]), (&json!("title"), &json!("short")));
}

#[tokio::test]
async fn history_of_an_ended_instance_can_be_deleted_and_that_of_a_running_one_cannot() {
    let (_dir, server) = server_with("job", USER_TASK).await;
    let instance = server.start("job", variables("who", "anna")).await;
    let path = format!("/history/process-instance/{instance}");
    let delete = || server.call("DELETE", &path, json!(null));
    delete().await.expect(404);
    server.call("DELETE", &format!("/process-instance/{instance}"), json!(null)).await.expect(204);
    delete().await.expect(204);
    delete().await.expect(404);
    for view in ["activity-instance", "variable-instance", "task", "detail"] {
        let count = server.get(&format!("/history/{view}/count?processInstanceId={instance}")).await.json();
        assert_eq!(count, json!({"count": 0}), "{view}");
    }
}

#[tokio::test]
async fn everything_goes_on_after_a_restart_on_the_same_store() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    server.deploy("job", &[("job.bpmn", &process("job", EXTERNAL))]).await.expect(200);
    let instance = server.start("job", variables("who", "anna")).await;
    server.post("/task/create", json!({"id": "alone", "name": "Alone"})).await.expect(204);
    server.close().await;

    let server = Server::open(dir.path()).await;
    let variable = server.get(&format!("/process-instance/{instance}/variables/who")).await.expect(200).json();
    assert_eq!(variable["value"], "anna");
    assert_eq!(server.get("/task/alone").await.expect(200).json()["name"], "Alone");
    let fetch = json!({"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "pack", "lockDuration": 1000}]});
    let fetched = server.post("/external-task/fetchAndLock", fetch).await.expect(200).json();
    let task = fetched[0]["id"].as_str().unwrap();
    server.post(&format!("/external-task/{task}/complete"), json!({"workerId": "w"})).await.expect(204);
    server.close().await;

    let server = Server::open(dir.path()).await;
    let history = server.get(&format!("/history/process-instance/{instance}")).await.expect(200).json();
    assert_eq!(history["state"], "COMPLETED");
}

#[tokio::test]
async fn without_a_name_and_password_there_is_only_the_challenge() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    let server = Server::over(journal, clock, EngineRestAuth::Required(access)).await;

    let refused = server.get("/task").await.expect(401);
    assert_eq!(refused.header("www-authenticate"), "Basic realm=\"default\"");
    assert_eq!(refused.text, "");
    server.get("/engine").await.expect(200);
    let with = |password: &str| {
        Request::get("/engine-rest/task")
            .header(header::AUTHORIZATION, support::basic(password))
            .body(Body::empty())
            .unwrap()
    };
    server.send(with("wrong")).await.expect(401);
    server.send(with(support::PASSWORD)).await.expect(200);
}

#[tokio::test]
async fn a_slash_at_the_end_of_a_path_changes_no_answer() {
    let (_dir, server) = server_with("job", USER_TASK).await;
    assert!(server.paths.len() > 300, "{} paths were found", server.paths.len());
    for path in &server.paths {
        let path = filled(path);
        for method in ["GET", "OPTIONS"] {
            let ask =
                |path: String| server.send(Request::builder().method(method).uri(path).body(Body::empty()).unwrap());
            let (without, with) = (ask(path.clone()).await, ask(format!("{path}/")).await);
            assert_eq!((with.status, with.text), (without.status, without.text), "{method} {path}/");
        }
    }
    // What is asked behind the slash stays, and so does the address of links.
    let one = server.get("/process-definition/?key=job&maxResults=1").await.expect(200).json();
    assert_eq!(one[0]["key"], "job");
    assert_eq!(server.get("/process-definition/key/job/").await.expect(200).json(), one[0]);
    assert_eq!(
        server.get("/process-definition/key/").await.expect(404).json()["message"],
        server.get("/process-definition/key").await.json()["message"]
    );
    let id = server.post("/process-definition/key/job/start/", json!({})).await.expect(200).json();
    assert_eq!(
        id["links"][0]["href"],
        format!("http://localhost/engine-rest/process-instance/{}", id["id"].as_str().unwrap())
    );
    // Not one of Camunda's paths either: an empty name.
    for path in ["/task//", "//task", "/group//"] {
        server.get(path).await.expect(404);
    }
}

#[tokio::test]
async fn a_deployment_of_too_many_parts_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let names: Vec<String> = (0..1_000).map(|number| format!("{number}.txt")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let refused = server.deploy("many", &files).await.expect(400).json();
    assert_eq!(refused["type"], "InvalidRequestException");
    assert!(refused["message"].as_str().unwrap().contains("more than 1000 parts"), "{refused}");
    assert_eq!(server.get("/deployment/count").await.json(), json!({"count": 0}));
    // The name of the deployment is a part, too.
    files.pop();
    server.deploy("many", &files).await.expect(200);
}

#[tokio::test]
async fn a_null_keeps_the_type_it_was_given_with_until_another_value_comes() {
    const READS: &str = r#"<scriptTask id="work" scriptFormat="javascript"><script>execution.setVariable("seen", a === null &amp;&amp; execution.getVariable("a") === null); execution.setVariable("copy", a)</script></scriptTask><sequenceFlow id="on" sourceRef="work" targetRef="wait"/><userTask id="wait"/>"#;
    let (_dir, server) = server_with("job", READS).await;
    for kind in ["String", "Boolean", "Short", "Integer", "Long", "Double", "Date", "Bytes", "Json", "Xml", "Null"] {
        let instance = server.start("job", json!({"variables": {"a": {"value": null, "type": kind}}})).await;
        let null_of = |kind: &str| json!({"value": null, "type": kind, "valueInfo": {}});
        let path = format!("/process-instance/{instance}/variables/a");
        assert_eq!(server.get(&path).await.expect(200).json(), null_of(kind));
        for list in ["/variable-instance?processInstanceIdIn=", "/history/variable-instance?processInstanceId="] {
            let rows = server.get(&format!("{list}{instance}&variableName=a")).await.expect(200).json();
            assert_eq!((&rows[0]["type"], &rows[0]["value"]), (&json!(kind), &json!(null)), "{list}");
        }
        // To a script it is null, and what the script makes of it has no type.
        let path_of = |name: &str| format!("/process-instance/{instance}/variables/{name}");
        assert_eq!(server.get(&path_of("seen")).await.expect(200).json()["value"], true, "{kind}");
        assert_eq!(server.get(&path_of("copy")).await.expect(200).json(), null_of("Null"));
        for (operator, value, count) in [("eq", json!(null), 1), ("neq", json!(null), 0), ("neq", json!("x"), 1)] {
            let variables = json!([{"name": "a", "operator": operator, "value": value}]);
            let query = json!({"processInstanceIds": [instance], "variables": variables});
            let counted = server.post("/process-instance/count", query).await.expect(200).json();
            assert_eq!(counted["count"], count, "{kind} {operator} {value}");
        }
        server.call("PUT", &path, json!({"value": 7})).await.expect(204);
        assert_eq!(server.get(&path).await.json()["type"], "Integer");
        server.call("PUT", &path, null_of(kind)).await.expect(204);
        assert_eq!(server.get(&path).await.json(), null_of(kind));
    }
}

#[tokio::test]
async fn local_variables_of_an_activity_that_is_no_scope_are_those_around_it() {
    const STEPS: &str = r#"<serviceTask id="work" camunda:expression="${execution.setVariableLocal('q', 5)}"/><sequenceFlow id="on" sourceRef="work" targetRef="look"/>
        <scriptTask id="look" scriptFormat="javascript"><script>execution.setVariable("has", execution.hasVariableLocal("a")); execution.setVariable("got", execution.getVariableLocal("a")); execution.removeVariableLocal("b")</script></scriptTask><sequenceFlow id="off" sourceRef="look" targetRef="scope"/>
        <serviceTask id="scope" camunda:expression="${execution.setVariableLocal('gone', execution.hasVariableLocal('a'))}"><extensionElements><camunda:inputOutput><camunda:inputParameter name="i">1</camunda:inputParameter><camunda:outputParameter name="inner">${gone}</camunda:outputParameter></camunda:inputOutput></extensionElements></serviceTask><sequenceFlow id="away" sourceRef="scope" targetRef="wait"/><userTask id="wait"/>"#;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    // One token after another: on a branch of its own, an activity has an execution of its own.
    let model =
        process("job", STEPS).replace(r#"sourceRef="work" targetRef="end""#, r#"sourceRef="wait" targetRef="end""#);
    server.deploy("job", &[("job.bpmn", &model)]).await.expect(200);
    let instance = server.start("job", json!({"variables": {"a": {"value": 3}, "b": {"value": 4}}})).await;
    let found = server.get(&format!("/process-instance/{instance}/variables")).await.expect(200).json();
    let value = |name: &str| found.get(name).map(|variable| variable["value"].clone());
    assert_eq!((value("q"), value("has"), value("got")), (Some(json!(5)), Some(json!(true)), Some(json!(3))));
    // What has input parameters is a scope of its own: its local variables go with it.
    assert_eq!((value("inner"), value("gone"), value("b")), (Some(json!(false)), None, None));
}

#[tokio::test]
async fn a_connector_that_nobody_runs_is_told_at_deployment() {
    const CONNECTOR: &str = r#"<serviceTask id="work"><extensionElements><camunda:connector><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector></extensionElements></serviceTask>"#;
    const MAIL: &str = r#"<serviceTask id="work" camunda:type="mail"><extensionElements><camunda:field name="to"><camunda:string>a@example.test</camunda:string></camunda:field><camunda:field name="text"><camunda:string>Hello</camunda:string></camunda:field></extensionElements></serviceTask>"#;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    for (key, task, id) in [("http", CONNECTOR, "http-connector"), ("post", MAIL, "mail")] {
        let deployed = server.deploy(key, &[(&format!("{key}.bpmn"), &process(key, task))]).await.expect(200).json();
        let warnings = deployed["warnings"].as_array().unwrap();
        let told = warnings.iter().find(|warning| warning["code"] == "connector").expect("a warning");
        assert_eq!(told["mainElementId"], "work");
        assert!(told["message"].as_str().unwrap().contains(&format!("'{id}'")), "{told}");
    }
}

#[tokio::test]
async fn a_decision_with_an_expression_that_cannot_be_read_is_a_fault_of_the_request() {
    let table = |expression: &str| {
        format!(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"><decision id="d" name="d"><decisionTable id="t"><input id="i"><inputExpression id="e">{expression}</inputExpression></input><output id="o" name="o"/></decisionTable></decision></definitions>"#
        )
    };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let refused = server.deploy("d", &[("d.dmn", &table("<text>if (a then</text>"))]).await.expect(400).json();
    assert_eq!(refused["type"], "ParseException");
    assert!(refused["message"].as_str().unwrap().contains("d.dmn"), "{refused}");
    // What Camunda refuses, it refuses so.
    let refused = server.deploy("d", &[("d.dmn", "<definitions")]).await.expect(500).json();
    assert_eq!(refused["type"], "ProcessEngineException");
}

#[tokio::test]
async fn the_execution_that_a_message_reached_says_whether_it_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    server.deploy("d", &[("p.bpmn", &process("p", r#"<receiveTask id="work" messageRef="paid"/>"#))]).await.expect(200);
    let instance = server.start("p", json!({})).await;
    let told = server.post("/message", json!({"messageName": "paid", "resultEnabled": true})).await.expect(200).json();
    let execution = &told[0]["execution"];
    assert_eq!((&execution["processInstanceId"], &execution["ended"]), (&json!(instance), &json!(true)));
}

#[tokio::test]
async fn only_a_deployment_may_be_large() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let large = "x".repeat(3 << 20);
    for path in ["/job/x/retries", "/engine/default/job/x/retries"] {
        let refused = server.call("PUT", path, json!({"retries": 1, "note": large})).await.expect(413).json();
        assert_eq!(
            refused,
            json!({"type": "InvalidRequestException", "message": "The request is too large", "code": null})
        );
    }
    server.deploy("large", &[("large.txt", &large)]).await.expect(200);
}
