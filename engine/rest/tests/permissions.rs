//! Who may do what: every operation there is by every role, and what a worker may reach with a token that is bound to topics.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine as _;
use casewright_access::config::MachineClient;
use casewright_access::{Access, Topics};
use casewright_engine_rest::EngineRestAuth;
use casewright_engine_rest::operations::{OPERATIONS, action_of};
use casewright_service::config::Secret;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{Answer, Server, process};
use tower::ServiceExt as _;

const SECRET: &str = "a machine keeps its secret";
/// What Camunda's clients for workers call.
const WORK: &[&str] = &[
    "external-task:fetch",
    "external-task:lock",
    "external-task:unlock",
    "external-task:extend",
    "external-task:complete",
    "external-task:fail",
    "external-task:bpmn-error",
];

struct Platform {
    _dir: tempfile::TempDir,
    server: Server,
    access: Access,
}

impl Platform {
    /// With machine clients of the role of workers, each bound to topics.
    async fn with(clients: &[(&str, &[&str])]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (journal, clock) = support::journal(dir.path()).await;
        let clients = clients.iter().map(|(id, topics)| MachineClient {
            id: (*id).to_owned(),
            secret: Secret::new(SECRET),
            roles: vec!["system:worker".to_owned()],
            tenant: String::new(),
            topics: Some(Topics::try_from(topics.iter().map(|topic| (*topic).to_owned()).collect::<Vec<_>>()).unwrap()),
        });
        let access = support::access_with(&journal, dir.path(), clients.collect()).await;
        let server = Server::over(journal, clock, EngineRestAuth::Required(access.clone())).await;
        Self { _dir: dir, server, access }
    }

    /// The header of a person with this role.
    async fn person(&self, role: &str) -> String {
        let id = format!("of-{role}");
        support::account(&self.access, &id, role).await;
        let credentials = format!("{id}:{}", support::PASSWORD);
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials))
    }

    /// The header of a machine client, as it gets its token.
    async fn machine(&self, id: &str) -> String {
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={}", SECRET.replace(' ', "+"));
        let request = Request::post("/auth/token")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let response = casewright_access::issuer::router(self.access.clone()).oneshot(request).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let answer: Value = serde_json::from_slice(&bytes).unwrap();
        format!("Bearer {}", answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")))
    }

    async fn call(&self, who: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, who)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.server.send(request).await
    }

    async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.call(who, "POST", &format!("/engine-rest{path}"), &body).await
    }

    async fn get(&self, who: &str, path: &str) -> Answer {
        self.call(who, "GET", &format!("/engine-rest{path}"), &json!({})).await
    }

    /// An instance that waits for a worker of this topic; its id.
    async fn waiting(&self, topic: &str) -> String {
        let admin = support::basic(support::PASSWORD);
        let key = format!("on-{}", topic.replace('.', "-"));
        let work = format!(r#"<serviceTask id="work" camunda:type="external" camunda:topic="{topic}"/>"#);
        let (media, body) = support::multipart(&[
            support::Part::text("deployment-name", &key),
            support::Part::file("model.bpmn", "model.bpmn", &process(&key, &work)),
        ]);
        let request = Request::post("/engine-rest/deployment/create")
            .header(header::AUTHORIZATION, &admin)
            .header(header::CONTENT_TYPE, media);
        self.server.send(request.body(Body::from(body)).unwrap()).await.expect(200);
        let path = format!("/process-definition/key/{key}/start");
        let started = self.post(&admin, &path, support::variables("amount", "12")).await.expect(200);
        started.json()["id"].as_str().unwrap().to_owned()
    }

    async fn fetch(&self, who: &str, topic: &str) -> Answer {
        let topics = json!([{"topicName": topic, "lockDuration": 60_000}]);
        self.post(who, "/external-task/fetchAndLock", json!({"workerId": "w", "maxTasks": 1, "topics": topics})).await
    }
}

/// Operations of the router, as it is asked: method and path.
async fn operations(platform: &Platform, admin: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for path in &platform.server.paths {
        // Open to everybody: the list of engines, which is one word.
        if path == "/engine-rest/engine" {
            continue;
        }
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            let answer = platform.call(admin, method, &support::filled(path), &json!({})).await;
            // Which methods there are is told to everybody, and is no operation.
            let is_there = if method == "OPTIONS" { answer.status == 200 } else { answer.status != 405 };
            if is_there {
                found.push((method, path.clone()));
            }
        }
    }
    found
}

fn route(path: &str) -> &str {
    let below = path.strip_prefix("/engine-rest").unwrap();
    below.strip_prefix("/engine/default").or_else(|| below.strip_prefix("/engine/{engine}")).unwrap_or(below)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_is_for_the_roles_that_hold_its_action_and_for_nobody_else() {
    let platform = Platform::with(&[]).await;
    let admin = support::basic(support::PASSWORD);
    let operations = operations(&platform, &admin).await;
    assert!(operations.len() > 800, "{} operations were found", operations.len());

    let action = |method: &str, path: &str| action_of(&Method::from_bytes(method.as_bytes()).unwrap(), route(path));
    let unlisted: Vec<_> = operations.iter().filter(|(method, path)| action(method, path).is_none()).collect();
    assert!(unlisted.is_empty(), "say in operations.rs what these are to policies: {unlisted:?}");
    let asked: BTreeSet<_> = operations.iter().filter_map(|(method, path)| action(method, path)).collect();
    let gone: Vec<_> = OPERATIONS
        .iter()
        .filter(|row| row.path != "/conformance/clock")
        .filter(|row| {
            let is_route = |path: &str| {
                let by_id =
                    route(path).replace("/key/{key}/tenant-id/{tenantId}", "/{id}").replace("/key/{key}", "/{id}");
                by_id == row.path
            };
            !row.methods.split(' ').all(|wanted| {
                operations.iter().any(|(method, path)| (wanted == "*" || *method == wanted) && is_route(path))
            })
        })
        .collect();
    assert!(gone.is_empty(), "there are no such operations any more: {gone:?}");

    let all: Vec<&str> = asked.into_iter().collect();
    let workers: Vec<&str> = WORK.iter().copied().chain(["history:read"]).collect();
    let case_api = [
        "history:read",
        "process-definition:read",
        "process-instance:create",
        "process-instance:delete",
        "task:assign",
        "task:claim",
        "task:complete",
        "task:delegate",
        "task:read",
        "task:unclaim",
        "variable:read",
    ];
    let email_to_case = ["history:read", "process-instance:create", "process-instance:read"];
    let machine = |role: &str| format!("Bearer {}", platform.access.service_token(role));
    let roles: [(&str, String, &[&str]); 9] = [
        ("case-worker", platform.person("case-worker").await, &[]),
        ("supervisor", platform.person("supervisor").await, &[]),
        ("process-developer", platform.person("process-developer").await, &all),
        ("admin", admin, &all),
        ("system:worker", machine("system:worker"), WORK),
        ("system:external-tasks", machine("system:external-tasks"), &workers),
        ("system:case-api", machine("system:case-api"), &case_api),
        ("system:email-to-case", machine("system:email-to-case"), &email_to_case),
        ("system:publishers", machine("system:publishers"), &[]),
    ];
    let mut wrong = Vec::new();
    for (role, who, allowed) in &roles {
        // That both ways to the engine ask alike is seen by one role.
        let asked =
            operations.iter().filter(|(_, path)| *role == "system:worker" || !path.contains("/engine/default/"));
        for (method, path) in asked {
            let action = action(method, path).unwrap();
            let answer = platform.call(who, method, &support::filled(path), &json!({})).await;
            let is_refused = answer.status == 403;
            if is_refused == allowed.contains(&action) {
                wrong.push(format!("{method} {path} ({action}) for {role}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_missing_is_told_in_camunda_s_words() {
    let platform = Platform::with(&[]).await;
    let worker = format!("Bearer {}", platform.access.service_token("system:worker"));
    for path in ["/deployment/something", "/engine/default/deployment/something"] {
        let refused = platform.call(&worker, "DELETE", &format!("/engine-rest{path}"), &json!({})).await.expect(403);
        let body = refused.json();
        assert_eq!((&body["type"], &body["userId"]), (&json!("AuthorizationException"), &json!("system:worker")));
        let missing = json!([{"permissionName": "delete", "resourceName": "deployment", "resourceId": null}]);
        assert_eq!(body["missingAuthorizations"], missing);
    }
    // A method that no route has is no secret, and nothing for those who may not do everything.
    let wrong = platform.call(&worker, "PATCH", "/engine-rest/deployment", &json!({})).await;
    assert_eq!(wrong.status, 403);
    let admin = support::basic(support::PASSWORD);
    assert_eq!(platform.call(&admin, "PATCH", "/engine-rest/deployment", &json!({})).await.status, 405);
}

#[tokio::test]
async fn a_client_that_is_bound_to_topics_does_no_other_work() {
    let platform = Platform::with(&[("system:bills", &["invoice", "mail.*"]), ("system:idle", &[])]).await;
    let (bills, idle) = (platform.machine("system:bills").await, platform.machine("system:idle").await);
    let any = format!("Bearer {}", platform.access.service_token("system:worker"));
    for topic in ["invoice", "mail.send", "case.update"] {
        platform.waiting(topic).await;
    }
    for (who, topic, status) in [
        (&bills, "invoice", 200),
        (&bills, "mail.send", 200),
        (&bills, "case.update", 403),
        (&bills, "mail", 403),
        (&idle, "invoice", 403),
    ] {
        platform.fetch(who, topic).await.expect(status);
    }
    let refused = platform.fetch(&bills, "case.update").await.json();
    let missing = json!([{"permissionName": "work", "resourceName": "topic", "resourceId": "case.update"}]);
    assert_eq!(refused["missingAuthorizations"], missing);

    // Of a task of another topic nothing can be done either, whoever is said to have it locked.
    let locked = platform.fetch(&any, "case.update").await.expect(200).json();
    let other = locked[0]["id"].as_str().unwrap();
    let said = json!({"workerId": "w", "errorCode": "e", "newDuration": 1000, "lockDuration": 1000});
    for verb in ["complete", "failure", "bpmnError", "extendLock", "lock", "unlock"] {
        platform.post(&bills, &format!("/external-task/{other}/{verb}"), said.clone()).await.expect(403);
    }
    platform.post(&any, &format!("/external-task/{other}/complete"), said.clone()).await.expect(204);
    // One's own goes on as ever.
    platform.waiting("mail.read").await;
    let own = platform.fetch(&bills, "mail.read").await.expect(200).json();
    let own = own[0]["id"].as_str().unwrap();
    platform.post(&bills, &format!("/external-task/{own}/extendLock"), said.clone()).await.expect(204);
    platform.post(&bills, &format!("/external-task/{own}/complete"), said.clone()).await.expect(204);
    platform.post(&bills, "/external-task/nobody/complete", said).await.expect(404);
}

#[tokio::test]
async fn a_worker_reads_the_variables_of_what_it_holds_and_no_others() {
    let platform = Platform::with(&[("system:bills", &["invoice"])]).await;
    let worker = format!("Bearer {}", platform.access.service_token("system:worker"));
    let bills = platform.machine("system:bills").await;
    let (held, other) = (platform.waiting("invoice").await, platform.waiting("letter").await);
    let variable = |instance: &str| format!("/process-instance/{instance}/variables/amount");
    for instance in [&held, &other, &"nothing".to_owned()] {
        platform.get(&worker, &variable(instance)).await.expect(403);
    }
    let task = platform.fetch(&worker, "invoice").await.expect(200).json();
    let execution = task[0]["executionId"].as_str().unwrap();
    for path in [variable(&held), format!("/process-instance/{execution}/variables")] {
        platform.get(&worker, &path).await.expect(200);
        platform.get(&bills, &path).await.expect(200);
    }
    platform.get(&worker, &format!("/execution/{execution}/localVariables")).await.expect(200);
    platform.get(&worker, &variable(&other)).await.expect(403);
    platform.get(&worker, "/variable-instance").await.expect(403);
    let change = json!({"value": "13", "type": "String"});
    platform.call(&worker, "PUT", &format!("/engine-rest{}", variable(&held)), &change).await.expect(403);
    // Of another topic, to a client that is bound.
    platform.fetch(&worker, "letter").await.expect(200);
    platform.get(&worker, &variable(&other)).await.expect(200);
    platform.get(&bills, &variable(&other)).await.expect(403);
    // When the lock has ended it holds nothing any more.
    platform.server.clock.set("2026-11-21T12:02:00Z".parse().unwrap());
    platform.get(&worker, &variable(&held)).await.expect(403);
}
