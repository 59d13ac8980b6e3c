//! A task is completed in one call, as its form allows, and every refusal has its own code. Held against the contract of
//! `/engine-rest`, which tells what became of the task.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use casewright_access::{Access, OnBehalfOf};
use casewright_engine_api::api_router;
use casewright_engine_rest::EngineRestAuth;
use casewright_journal::TenantId;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use support::Server;
use tower::ServiceExt as _;

const ROOM: &str = "system:case-api";
const FORM: &str = r#"{"type": "default", "components": [
    {"type": "textfield", "key": "policy", "label": "Policy", "validate": {"required": true}},
    {"type": "number", "key": "amount", "validate": {"min": 0}},
    {"type": "textfield", "key": "secret", "conditional": {"hide": "=level < 2"}},
    {"type": "textfield", "key": "caseId"}
]}"#;

struct Platform {
    _dir: tempfile::TempDir,
    server: Server,
    access: Access,
    api: Router,
}

impl Platform {
    /// With a process of one task that has these attributes and children, started; the task's id and the instance's.
    async fn with_task(attributes: &str, inside: &str) -> (Self, String, String) {
        Self::with_model(attributes, inside, |model| model).await
    }

    async fn with_model(
        attributes: &str,
        inside: &str,
        change: impl FnOnce(String) -> String,
    ) -> (Self, String, String) {
        let dir = tempfile::tempdir().unwrap();
        let (journal, clock) = support::journal(dir.path()).await;
        let access = support::access(&journal, dir.path()).await;
        let server = Server::over(journal, clock, EngineRestAuth::Open(access.accounts().clone())).await;
        let (api, _) = api_router(server.engine.clone(), access.clone());
        let task = format!(r#"<userTask id="work" name="Check" {attributes}>{inside}</userTask>"#);
        let model = change(support::process("p", &task));
        server.deploy("d", &[("p.bpmn", &model), ("check.form", FORM)]).await.expect(200);
        let instance = server.start("p", json!({"variables": {"level": {"value": 1, "type": "Integer"}}})).await;
        let tasks = server.get("/task").await.expect(200).json();
        let task = tasks[0]["id"].as_str().unwrap().to_owned();
        (Self { _dir: dir, server, access, api }, task, instance)
    }

    /// What a room of the platform is answered that calls for somebody.
    async fn submit(&self, by: &str, task: &str, body: Value) -> (u16, Value) {
        let behalf = OnBehalfOf::new(by, by);
        let token = self.access.service_token_for(&TenantId::default(), ROOM, Some(&behalf));
        self.submit_with(&token, task, body).await
    }

    async fn submit_with(&self, token: &str, task: &str, body: Value) -> (u16, Value) {
        self.send(token, "POST", &format!("/api/v1/user-tasks/{task}/submission"), body).await
    }

    async fn send(&self, token: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.api.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn variables_of(&self, instance: &str) -> Vec<(String, Value)> {
        let path = format!("/history/variable-instance?processInstanceId={instance}&sortBy=variableName&sortOrder=asc");
        let rows = self.server.get(&path).await.expect(200).json();
        let pair = |row: &Value| (row["name"].as_str().unwrap().to_owned(), row["value"].clone());
        rows.as_array().unwrap().iter().map(pair).collect()
    }
}

const WITH_FORM: &str = r#"camunda:formKey="camunda-forms:deployment:check.form""#;

fn told(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

fn pointers(answer: &(u16, Value)) -> Vec<&str> {
    answer.1["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_deployed_form_judges_and_what_it_lets_through_is_set_in_one_step_with_who_did_it() {
    let (platform, task, instance) = Platform::with_task(WITH_FORM, "").await;
    let refused = platform.submit("anna", &task, json!({"data": {"amount": -1}})).await;
    assert_eq!(told(&refused), (422, "invalid-submission"));
    assert_eq!(pointers(&refused), ["/data/policy", "/data/amount"]);
    assert_eq!(platform.server.get(&format!("/task/{task}")).await.expect(200).json()["assignee"], Value::Null);

    // What the form does not show, and what the platform keeps for itself, is no variable.
    let data = json!({"policy": "HB-1", "amount": 7, "secret": "x", "other": 1, "caseId": "c"});
    assert_eq!(platform.submit("anna", &task, json!({"data": data})).await.0, 204);
    let set = [("amount", json!(7)), ("level", json!(1)), ("policy", json!("HB-1"))];
    assert_eq!(platform.variables_of(&instance).await, set.map(|(name, value)| (name.to_owned(), value)));
    let done = platform.server.get("/history/task").await.expect(200).json();
    assert_eq!((&done[0]["assignee"], &done[0]["deleteReason"]), (&json!("anna"), &json!("completed")));
    assert_eq!(told(&platform.submit("anna", &task, json!({})).await), (404, "not-found"));
}

#[tokio::test]
async fn a_form_that_the_caller_brings_judges_with_what_it_knows_besides() {
    let (platform, task, instance) = Platform::with_task(r#"camunda:formKey="kept-elsewhere""#, "").await;
    assert_eq!(told(&platform.submit("anna", &task, json!({"data": {"policy": "x"}})).await), (422, "no-form"));
    let form: Value = serde_json::from_str(FORM).unwrap();
    let body = json!({"data": {"policy": "HB-1", "secret": "shown"}, "form": form, "known": {"level": 1}});
    // A variable of the process is nearer than what the caller knows.
    assert_eq!(platform.submit("anna", &task, body).await.0, 204);
    let set = [("level", json!(1)), ("policy", json!("HB-1"))];
    assert_eq!(platform.variables_of(&instance).await, set.map(|(name, value)| (name.to_owned(), value)));
}

#[tokio::test]
async fn who_was_slower_is_told_so_and_nothing_is_done() {
    let (platform, task, _) = Platform::with_task("", "").await;
    let claim = format!("/task/{task}/claim");
    platform.server.post(&claim, json!({"userId": "ben"})).await.expect(204);
    assert_eq!(told(&platform.submit("anna", &task, json!({})).await), (409, "already-assigned"));
    assert_eq!(platform.server.get(&format!("/task/{task}")).await.expect(200).json()["assignee"], "ben");
    // Who knew that it is somebody else's does it for them: whether they may was decided elsewhere.
    assert_eq!(platform.submit("sue", &task, json!({"assignee": "ben"})).await.0, 204);
    assert_eq!(platform.server.get("/history/task").await.expect(200).json()[0]["assignee"], "ben");
}

#[tokio::test]
async fn a_suspended_process_and_a_failing_model_are_told_apart() {
    let (platform, task, instance) = Platform::with_task(
        "",
        r#"<extensionElements><camunda:taskListener event="complete" expression="${nothing.there}"/></extensionElements>"#,
    )
    .await;
    let path = format!("/process-instance/{instance}/suspended");
    platform.server.call("PUT", &path, json!({"suspended": true})).await.expect(204);
    assert_eq!(told(&platform.submit("anna", &task, json!({})).await), (409, "suspended"));
    platform.server.call("PUT", &path, json!({"suspended": false})).await.expect(204);
    let refused = platform.submit("anna", &task, json!({})).await;
    assert_eq!(told(&refused), (422, "refused"));
    assert!(refused.1["detail"].as_str().unwrap().contains("nothing"), "{}", refused.1);
    assert_eq!(platform.server.get(&format!("/task/{task}")).await.expect(200).json()["assignee"], Value::Null);
}

#[tokio::test]
async fn only_rooms_of_the_platform_may_bring_a_form() {
    let (platform, task, _) = Platform::with_task("", "").await;
    let worker = platform.access.service_token("system:worker");
    assert_eq!(told(&platform.submit_with(&worker, &task, json!({})).await), (403, "forbidden"));
}

/// A task around which an error, any error further out, and an escalation are caught.
const CAUGHT: &str = r#"<boundaryEvent id="missing" name="Papers are missing" attachedToRef="work"><errorEventDefinition errorRef="e1"/></boundaryEvent>
  <boundaryEvent id="late" name="It takes long" attachedToRef="work" cancelActivity="false"><escalationEventDefinition escalationRef="s1"/></boundaryEvent>
  <sequenceFlow id="m" sourceRef="missing" targetRef="ask"/><userTask id="ask"/>
  <sequenceFlow id="l" sourceRef="late" targetRef="help"/><userTask id="help"/>"#;

impl Platform {
    async fn with_caught_task(attributes: &str) -> (Self, String, String) {
        Self::with_model(attributes, "", |model| {
            let process = r#"<process id="p""#;
            let events = r#"<error id="e1" errorCode="missing"/><escalation id="s1" escalationCode="late"/>"#;
            model.replace(process, &format!("{events}{process}")).replace("</process>", &format!("{CAUGHT}</process>"))
        })
        .await
    }

    async fn around(&self, task: &str) -> (u16, Value) {
        let behalf = OnBehalfOf::new("anna", "anna");
        let token = self.access.service_token_for(&TenantId::default(), ROOM, Some(&behalf));
        self.send(&token, "GET", &format!("/api/v1/user-tasks/{task}"), Value::Null).await
    }

    async fn set_dates(&self, by: &str, task: &str, body: Value) -> (u16, Value) {
        let behalf = OnBehalfOf::new(by, by);
        let token = self.access.service_token_for(&TenantId::default(), ROOM, Some(&behalf));
        self.send(&token, "PATCH", &format!("/api/v1/user-tasks/{task}"), body).await
    }

    async fn open_tasks(&self) -> Vec<String> {
        let tasks = self.server.get("/task?sortBy=nameCaseInsensitive&sortOrder=asc").await.expect(200).json();
        let mut keys: Vec<String> = tasks
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["taskDefinitionKey"].as_str().unwrap().to_owned())
            .collect();
        keys.sort();
        keys
    }
}

#[tokio::test]
async fn what_is_caught_around_a_task_is_told_and_nothing_else_is_thrown() {
    let (platform, task, _) = Platform::with_caught_task("").await;
    let (status, around) = platform.around(&task).await;
    assert_eq!(status, 200);
    assert_eq!(
        around,
        json!({"errors": [{"code": "missing", "name": "Papers are missing", "isInterrupting": true}],
            "escalations": [{"code": "late", "name": "It takes long", "isInterrupting": false}]})
    );
    for outcome in [
        json!({"kind": "error", "code": "other", "message": null}),
        json!({"kind": "error", "code": "", "message": null}),
        json!({"kind": "escalation", "code": "missing"}),
    ] {
        let refused = platform.submit("anna", &task, json!({"outcome": outcome})).await;
        assert_eq!((told(&refused), pointers(&refused)), ((422, "not-caught"), vec!["/outcome/code"]));
    }
    assert_eq!(platform.open_tasks().await, ["work"]);
}

#[tokio::test]
async fn an_error_ends_the_task_with_what_was_filled_in_and_an_escalation_lets_it_go_on() {
    let (platform, task, instance) = Platform::with_caught_task(WITH_FORM).await;
    // What is there is judged; what the form asks for is not needed.
    let escalation = json!({"kind": "escalation", "code": "late"});
    let refused = platform.submit("anna", &task, json!({"outcome": escalation, "data": {"amount": -1}})).await;
    assert_eq!((told(&refused), pointers(&refused)), ((422, "invalid-submission"), vec!["/data/amount"]));
    let body = json!({"outcome": escalation, "data": {"amount": 3}});
    assert_eq!(platform.submit("anna", &task, body).await.0, 204);
    assert_eq!(platform.open_tasks().await, ["help", "work"]);

    let error = json!({"kind": "error", "code": "missing", "message": "No invoice"});
    let taken = json!({"outcome": error, "assignee": "ben"});
    assert_eq!(told(&platform.submit("anna", &task, taken).await), (409, "already-assigned"));
    assert_eq!(platform.submit("anna", &task, json!({"outcome": error, "data": {"amount": 4}})).await.0, 204);
    assert_eq!(platform.open_tasks().await, ["ask", "help"]);
    let set = platform.variables_of(&instance).await;
    assert!(set.contains(&("amount".to_owned(), json!(4))), "{set:?}");
    assert_eq!(told(&platform.submit("anna", &task, json!({"outcome": error})).await), (404, "not-found"));
}

#[tokio::test]
async fn delegated_work_goes_back_to_its_owner_with_what_was_filled_in() {
    let (platform, task, instance) = Platform::with_task(WITH_FORM, "").await;
    let back = json!({"outcome": {"kind": "resolved"}, "assignee": "anna"});
    platform.server.post(&format!("/task/{task}/claim"), json!({"userId": "anna"})).await.expect(204);
    assert_eq!(told(&platform.submit("anna", &task, back).await), (409, "not-delegated"));
    platform.server.post(&format!("/task/{task}/delegate"), json!({"userId": "ben"})).await.expect(204);
    let back = json!({"outcome": {"kind": "resolved"}, "assignee": "ben", "data": {"amount": 9}});
    assert_eq!(platform.submit("ben", &task, back).await.0, 204);
    let now = platform.server.get(&format!("/task/{task}")).await.expect(200).json();
    assert_eq!((&now["assignee"], &now["delegationState"]), (&json!("anna"), &json!("RESOLVED")));
    assert!(platform.variables_of(&instance).await.contains(&("amount".to_owned(), json!(9))));
}

#[tokio::test]
async fn dates_are_set_and_taken_away_one_by_one() {
    let (platform, task, _) = Platform::with_task("", "").await;
    let dates = json!({"dueAt": "2026-12-24T12:00:00Z", "followUpAt": "2026-12-20T08:00:00Z"});
    assert_eq!(platform.set_dates("anna", &task, dates).await.0, 204);
    assert_eq!(platform.set_dates("anna", &task, json!({"followUpAt": null})).await.0, 204);
    let now = platform.server.get(&format!("/task/{task}")).await.expect(200).json();
    assert!(now["due"].as_str().unwrap().starts_with("2026-12-24T"), "{now}");
    assert_eq!((&now["followUp"], &now["name"]), (&Value::Null, &json!("Check")));
    assert_eq!(told(&platform.set_dates("anna", "nothing", json!({})).await), (404, "not-found"));
}
