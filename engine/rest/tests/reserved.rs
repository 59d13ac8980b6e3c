//! Variables that the platform's own workers act on are set by the platform, whoever may do everything else at the engine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use casewright_access::Access;
use casewright_access::accounts::NewUser;
use casewright_engine_rest::EngineRestAuth;
use casewright_journal::{Journal, TenantId};
use casewright_testkit::Rows;
use serde_json::{Value, json};
use support::{Answer, PASSWORD, Server, process, variables};

struct Platform {
    _dir: tempfile::TempDir,
    server: Server,
    access: Access,
    journal: Journal,
}

impl Platform {
    /// With dana, who may do everything at the engine and read cases, and willi, who works on cases besides.
    async fn open() -> Self {
        Self::guarded(EngineRestAuth::Required).await
    }

    async fn guarded(guard: fn(Access) -> EngineRestAuth) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (journal, clock) = support::journal_with(dir.path(), vec![Rows::of(&["case"])]).await;
        let access = support::access(&journal, dir.path()).await;
        for (id, roles) in [("dana", vec!["process-developer"]), ("willi", vec!["process-developer", "case-worker"])] {
            let roles = roles.into_iter().map(str::to_owned).collect();
            let user = NewUser {
                id: id.to_owned(),
                name: id.to_owned(),
                email: format!("{id}@example.test"),
                roles,
                groups: Vec::new(),
            };
            access.accounts().create_user(&TenantId::default(), "system:test", user).await.unwrap();
            access.accounts().set_password(&TenantId::default(), "system:test", id, PASSWORD).await.unwrap();
        }
        let server = Server::over(journal.clone(), clock, guard(access.clone())).await;
        let platform = Self { _dir: dir, server, access, journal };
        platform.deploy().await;
        platform.put_case("open", Value::Null).await;
        platform.put_case("secret", json!(["audit"])).await;
        platform
    }

    /// Processes that wait: for a person, for a worker, and for a message.
    async fn deploy(&self) {
        let work = r#"<serviceTask id="work" camunda:type="external" camunda:topic="invoice"/>"#;
        let catch = r#"<receiveTask id="work" messageRef="paid"/>"#;
        for (key, task) in [("person", r#"<userTask id="work"/>"#), ("worker", work), ("message", catch)] {
            let (media, body) = support::multipart(&[
                support::Part::text("deployment-name", key),
                support::Part::file("model.bpmn", "model.bpmn", &process(key, task)),
            ]);
            let request = Request::post("/engine-rest/deployment/create")
                .header(header::AUTHORIZATION, support::basic(PASSWORD))
                .header(header::CONTENT_TYPE, media);
            self.server.send(request.body(Body::from(body)).unwrap()).await.expect(200);
        }
    }

    async fn put_case(&self, id: &str, restricted: Value) {
        let row = json!({"id": id, "title": "A case", "number": id, "definition": "claim", "stage": "s", "status": "open",
            "restrictedTo": restricted, "assignee": {"id": null}, "assigneeId": null, "labels": []});
        Rows::put(&self.journal, "case", id, row).await;
    }

    async fn call(&self, who: &str, method: &str, path: &str, body: &Value) -> Answer {
        let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{who}:{PASSWORD}"));
        self.with(&format!("Basic {credentials}"), method, path, body).await
    }

    async fn with(&self, authorization: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/engine-rest{path}"))
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.server.send(request).await
    }

    async fn start(&self, key: &str) -> String {
        let path = format!("/process-definition/key/{key}/start");
        self.call("dana", "POST", &path, &json!({})).await.expect(200).json()["id"].as_str().unwrap().to_owned()
    }

    /// A task of the topic `invoice`, locked for the worker `w`.
    async fn locked(&self) -> String {
        self.start("worker").await;
        let wanted =
            json!({"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "invoice", "lockDuration": 60_000}]});
        let locked = self.call("dana", "POST", "/external-task/fetchAndLock", &wanted).await.expect(200).json();
        locked[0]["id"].as_str().unwrap().to_owned()
    }

    async fn complete(&self, who: &str, task: &str, variables: Value) -> Answer {
        let body = json!({"workerId": "w", "variables": variables});
        self.call(who, "POST", &format!("/external-task/{task}/complete"), &body).await
    }
}

fn named(case: &str) -> Value {
    json!({"caseId": {"value": case, "type": "String"}})
}

#[tokio::test]
async fn a_person_does_not_choose_what_the_platform_s_workers_act_on() {
    let platform = Platform::open().await;
    let (person, message) = (platform.start("person").await, platform.start("message").await);
    let task = platform.call("dana", "GET", "/task", &json!({})).await.expect(200).json()[0]["id"].clone();
    let task = task.as_str().unwrap();
    let case = named("open");
    let value = &case["caseId"];
    let begin = json!([{"type": "startBeforeActivity", "activityId": "work", "variables": case}]);
    let of_message = |field: &str| json!({"messageName": "paid", "processInstanceId": message, field: case});
    for (method, path, body) in [
        ("POST", "/process-definition/key/person/start".to_owned(), json!({"variables": case})),
        ("POST", "/process-definition/key/person/start".to_owned(), json!({"startInstructions": begin})),
        ("POST", "/process-definition/key/person/submit-form".to_owned(), json!({"variables": case})),
        ("POST", "/message".to_owned(), of_message("processVariables")),
        ("POST", "/message".to_owned(), of_message("processVariablesLocal")),
        ("POST", "/message".to_owned(), of_message("processVariablesToTriggeredScope")),
        ("POST", "/signal".to_owned(), json!({"name": "halt", "variables": case})),
        ("POST", "/condition".to_owned(), json!({"variables": case})),
        ("POST", format!("/execution/{person}/signal"), json!({"variables": case})),
        ("PUT", format!("/process-instance/{person}/variables/caseId"), value.clone()),
        ("PUT", format!("/process-instance/{person}/variables/initiator"), value.clone()),
        ("DELETE", format!("/process-instance/{person}/variables/caseId"), json!({})),
        ("POST", format!("/process-instance/{person}/variables"), json!({"modifications": case})),
        ("POST", format!("/process-instance/{person}/variables"), json!({"deletions": ["mailId"]})),
        ("PUT", format!("/execution/{person}/localVariables/documentIds"), value.clone()),
        ("PUT", format!("/task/{task}/variables/caseId"), value.clone()),
        ("PUT", format!("/engine/default/task/{task}/localVariables/caseStartId"), value.clone()),
        ("POST", format!("/task/{task}/complete"), json!({"variables": case})),
        ("POST", format!("/task/{task}/resolve"), json!({"variables": case})),
        ("POST", format!("/task/{task}/submit-form"), json!({"variables": case})),
        ("POST", format!("/task/{task}/bpmnError"), json!({"errorCode": "e", "variables": case})),
        ("POST", format!("/task/{task}/bpmnEscalation"), json!({"escalationCode": "e", "variables": case})),
        ("POST", format!("/process-instance/{person}/modification"), json!({"instructions": begin})),
        (
            "POST",
            "/process-instance/variables-async".to_owned(),
            json!({"processInstanceIds": [person], "variables": case}),
        ),
    ] {
        let refused = platform.call("dana", method, &path, &body).await;
        assert_eq!(refused.status, 403, "{method} {path} {body}: {}", refused.text);
        let refused = refused.json();
        assert_eq!(refused["type"], "AuthorizationException", "{path}: {refused}");
        assert_eq!(refused["missingAuthorizations"][0]["permissionName"], "allow-topics", "{path}: {refused}");
    }
    let own = platform.call("dana", "GET", &format!("/process-instance/{person}/variables"), &json!({})).await;
    assert_eq!(own.expect(200).json(), json!({}), "nothing of it was set");
    // Everything else is as ever, and so is asking by such a variable.
    platform.call("dana", "POST", "/process-definition/key/person/start", &variables("case", "open")).await.expect(200);
    let asked = json!({"variables": [{"name": "caseId", "operator": "eq", "value": "open"}]});
    platform.call("dana", "POST", "/process-instance", &asked).await.expect(200);
}

#[tokio::test]
async fn who_may_let_models_use_these_workers_sets_them_and_so_do_the_rooms() {
    let platform = Platform::open().await;
    let start = json!({"variables": named("open")});
    platform.call("anna", "POST", "/process-definition/key/person/start", &start).await.expect(200);
    let path = "/process-definition/key/person/start";
    for room in ["system:case-api", "system:email-to-case"] {
        let token = format!("Bearer {}", platform.access.service_token(room));
        platform.with(&token, "POST", path, &start).await.expect(200);
    }
    let task = platform.locked().await;
    let token = format!("Bearer {}", platform.access.service_token("system:external-tasks"));
    let done = json!({"workerId": "w", "variables": named("secret")});
    platform.with(&token, "POST", &format!("/external-task/{task}/complete"), &done).await.expect(204);
}

#[tokio::test]
async fn where_nobody_is_asked_a_room_is_known_by_its_token_all_the_same() {
    let platform = Platform::guarded(EngineRestAuth::OpenUnlessNamed).await;
    let start = json!({"variables": named("open")});
    let room = format!("Bearer {}", platform.access.service_token("system:email-to-case"));
    for (credentials, starter) in [
        (room.as_str(), json!("system:email-to-case")),
        ("Bearer of-somewhere-else", Value::Null),
        ("Basic bm9ib2R5Om5vYm9keQ==", Value::Null),
    ] {
        let started = platform.with(credentials, "POST", "/process-definition/key/person/start", &start).await;
        let id = started.expect(200).json()["id"].as_str().unwrap().to_owned();
        let path = format!("/history/process-instance/{id}");
        let history = platform.with(credentials, "GET", &path, &json!({})).await.expect(200).json();
        assert_eq!(history["startUserId"], starter, "{credentials}");
    }
}

#[tokio::test]
async fn a_worker_names_a_case_only_where_it_could_change_the_case_itself() {
    let platform = Platform::open().await;
    let task = platform.locked().await;
    platform.complete("dana", &task, named("open")).await.expect(403);
    platform.complete("willi", &task, named("secret")).await.expect(403);
    platform.complete("willi", &task, named("nobody")).await.expect(403);
    platform.complete("willi", &task, json!({"mailId": {"value": "open", "type": "String"}})).await.expect(403);
    let failed = json!({"workerId": "w", "retries": 1, "variables": named("secret")});
    platform.call("willi", "POST", &format!("/external-task/{task}/failure"), &failed).await.expect(403);
    platform.complete("willi", &task, named("open")).await.expect(204);
}

#[tokio::test]
async fn a_worker_may_give_back_what_it_was_given() {
    let platform = Platform::open().await;
    let start = json!({"variables": named("secret")});
    platform.call("anna", "POST", "/process-definition/key/worker/start", &start).await.expect(200);
    let wanted = json!({"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "invoice", "lockDuration": 60_000}]});
    let locked = platform.call("dana", "POST", "/external-task/fetchAndLock", &wanted).await.expect(200).json();
    let task = locked[0]["id"].as_str().unwrap();
    platform.complete("dana", task, named("open")).await.expect(403);
    platform.complete("dana", task, named("secret")).await.expect(204);
}
