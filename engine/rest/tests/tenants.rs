//! Organisations beside each other: what is embedded for one answers no other, and where each has an engine of its own no
//! operation there is shows or changes what is another's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use casewright_access::Access;
use casewright_access::accounts::NewUser;
use casewright_engine_api::api_router;
use casewright_engine_rest::{EngineRestAuth, engine_rest_router, sentence};
use casewright_engine_runtime::{EngineConfig, Engines, JobExecutor, Quota, Quotas};
use casewright_engine_views::{self as views, JobRow, PlaceRowColumns as _};
use casewright_journal::{Filter, Journal, Query, TenantId};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use support::Server;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// What works here; only the organisation is another.
const ROLE: &str = "system:external-tasks";

async fn platform() -> (tempfile::TempDir, Server, Access) {
    let dir = tempfile::tempdir().unwrap();
    let (journal, clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    let server = Server::over(journal, clock, EngineRestAuth::Required(access.clone())).await;
    (dir, server, access)
}

async fn ask(router: &Router, method: &str, path: &str, token: &str) -> (u16, Value) {
    asked(router, method, path, &format!("Bearer {token}")).await
}

async fn asked(router: &Router, method: &str, path: &str, authorization: &str) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, authorization)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test]
async fn no_operation_of_the_contract_answers_another_organisation() {
    let (_dir, server, access) = platform().await;
    let auth = EngineRestAuth::Required(access.clone());
    let router = Router::new().nest("/engine-rest", engine_rest_router(server.engine.clone(), auth));
    let paths = support::paths(&router);
    assert!(paths.len() > 300, "{} paths were found", paths.len());
    assert!(paths.iter().any(|path| path == "/engine-rest/engine/{engine}/task/{id}/complete"), "{paths:?}");
    let (ours, theirs) = (access.service_token(ROLE), access.service_token_of(&TenantId::new("b"), ROLE));
    for path in &paths {
        // Open to everybody: the list of engines, which is one word.
        if path == "/engine-rest/engine" {
            continue;
        }
        let mut operations = 0;
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            let (status, body) = ask(&router, method, &support::filled(path), &theirs).await;
            // There is no such operation, for nobody.
            if status == 405 {
                continue;
            }
            assert_eq!(status, 403, "{method} {path}: {body}");
            assert_eq!(body["message"], "The engine belongs to another organisation", "{method} {path}");
            operations += 1;
        }
        assert!(operations > 0, "{path} has no operation");
    }
    assert_eq!(ask(&router, "GET", "/engine-rest/history/task/count", &ours).await.0, 200);
}

#[tokio::test]
async fn no_operation_of_the_engine_s_own_interface_answers_another_organisation() {
    let (_dir, server, access) = platform().await;
    let (router, description) = api_router(server.engine.clone(), access.clone());
    let (ours, theirs) = (access.service_token(ROLE), access.service_token_of(&TenantId::new("b"), ROLE));
    let description = serde_json::to_value(description).unwrap();
    let mut count = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|key| key.as_str() != "parameters") {
            let method = method.to_uppercase();
            let (status, body) = ask(&router, &method, &support::filled(path), &theirs).await;
            assert_eq!((status, &body["code"]), (403, &"other-tenant".into()), "{method} {path}");
            let (_, body) = ask(&router, &method, &support::filled(path), &ours).await;
            assert_ne!(body["code"], "other-tenant", "{method} {path}");
            let (status, _) = ask(&router, &method, &support::filled(path), "no token").await;
            assert_eq!(status, 401, "{method} {path}");
            count += 1;
        }
    }
    assert!(count >= 12, "{count} operations were found");
}

#[tokio::test]
async fn who_guesses_too_often_is_told_to_wait_and_not_to_ask_for_another_password() {
    let (_dir, server, _access) = platform().await;
    let asked = |password: &'static str| {
        let request = Request::get("/engine-rest/version").header(header::AUTHORIZATION, support::basic(password));
        server.send(request.body(Body::empty()).unwrap())
    };
    for _ in 0..10 {
        let refused = asked("wrong").await;
        assert_eq!(refused.status, 401);
        assert_ne!(refused.header("www-authenticate"), "");
    }
    let refused = asked(support::PASSWORD).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("www-authenticate"), "");
    assert_eq!(refused.header("retry-after"), "30");
    assert_eq!(refused.json()["type"], "AuthenticationException");
}

/// Stands in everything that the first organisation has.
const SECRET: &str = "SEALED-7C1B";
const MODEL: &str = r#"<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t"><bpmn:process id="sealed" name="SEALED-7C1B" isExecutable="true" camunda:historyTimeToLive="30">
  <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="a" sourceRef="start" targetRef="fork"/>
  <bpmn:parallelGateway id="fork"/>
  <bpmn:sequenceFlow id="b" sourceRef="fork" targetRef="person"/><bpmn:userTask id="person" name="SEALED-7C1B" camunda:assignee="anna"/>
  <bpmn:sequenceFlow id="c" sourceRef="fork" targetRef="worker"/><bpmn:serviceTask id="worker" camunda:type="external" camunda:topic="sealed"/>
  <bpmn:sequenceFlow id="d" sourceRef="fork" targetRef="timer"/>
  <bpmn:intermediateCatchEvent id="timer"><bpmn:timerEventDefinition><bpmn:timeDuration>P9D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
  <bpmn:sequenceFlow id="e" sourceRef="fork" targetRef="message"/>
  <bpmn:intermediateCatchEvent id="message"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>
  </bpmn:process><bpmn:message id="m" name="SEALED-7C1B"/></bpmn:definitions>"#;

/// Lists that together show whatever an organisation has.
const LISTS: &[&str] = &[
    "/deployment",
    "/process-definition",
    "/process-instance",
    "/execution",
    "/task",
    "/external-task",
    "/job",
    "/variable-instance",
    "/event-subscription",
    "/user",
    "/group",
    "/filter",
    "/batch",
    "/history/process-instance",
    "/history/activity-instance",
    "/history/task",
    "/history/variable-instance",
];

/// An organisation that asks through the routers of a process where each has an engine.
struct Organisation {
    router: Router,
    /// Of its administrator, who may do everything in it.
    authorization: String,
}

impl Organisation {
    async fn of(access: &Access, router: Router, tenant: &str) -> Self {
        let (tenant, accounts) = (TenantId::new(tenant), access.accounts());
        add(access, &tenant, "root", &["admin"]).await;
        assert!(accounts.user(&tenant, "root").await.unwrap().is_some());
        Self { router, authorization: basic(&format!("{}/root", tenant.as_str())) }
    }

    async fn ask(&self, method: &str, path: &str) -> (u16, Value) {
        asked(&self.router, method, path, &self.authorization).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, &self.authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert!(status.is_success(), "{path}: {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    async fn deploy(&self, model: &str) -> (u16, Value) {
        let (media, body) = support::multipart(&[support::Part::file("model.bpmn", "model.bpmn", model)]);
        let request = Request::post("/engine-rest/deployment/create")
            .header(header::AUTHORIZATION, &self.authorization)
            .header(header::CONTENT_TYPE, media)
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Everything it has.
    async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for list in LISTS {
            let (status, body) = self.ask("GET", &format!("/engine-rest{list}")).await;
            assert_eq!(status, 200, "{list}: {body}");
            all.push(body);
        }
        all
    }

    /// The id of the first of a list.
    async fn first(&self, list: &str) -> String {
        let (_, body) = self.ask("GET", &format!("/engine-rest{list}")).await;
        body[0]["id"].as_str().unwrap_or_else(|| panic!("{list}: {body}")).to_owned()
    }
}

fn basic(name: &str) -> String {
    let text = format!("{name}:{}", support::PASSWORD);
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
}

async fn add(access: &Access, tenant: &TenantId, id: &str, roles: &[&str]) {
    let user = NewUser {
        id: id.to_owned(),
        name: id.to_owned(),
        email: String::new(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        groups: Vec::new(),
    };
    access.accounts().ensure_user(tenant, "test", user).await.unwrap();
    access.accounts().set_password(tenant, "test", id, support::PASSWORD).await.unwrap();
}

/// Both APIs over engines of organisations.
async fn both_apis(journal: Journal, access: &Access) -> Router {
    both_apis_with(journal, access, Quotas::default()).await
}

async fn both_apis_with(journal: Journal, access: &Access, quotas: Quotas) -> Router {
    let settings = EngineConfig { job_executor: JobExecutor::Off, quotas, ..EngineConfig::default() };
    let engines = Engines::start(journal, settings, sentence, CancellationToken::new()).await.unwrap();
    let rest = engine_rest_router(engines.clone(), EngineRestAuth::Required(access.clone()));
    let (api, _) = api_router(engines, access.clone());
    Router::new().nest("/engine-rest", rest).merge(api)
}

#[tokio::test]
async fn no_operation_shows_or_changes_what_another_organisation_has() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    let router = both_apis(journal, &access).await;
    let ours = Organisation::of(&access, router.clone(), "default").await;
    let theirs = Organisation::of(&access, router, "b").await;
    let (status, deployed) = ours.deploy(MODEL).await;
    assert_eq!(status, 200, "{deployed}");
    let start = json!({"businessKey": SECRET, "variables": {"secret": {"value": SECRET}}});
    let instance = ours.post("/engine-rest/process-definition/key/sealed/start", start).await;
    let instance = instance["id"].as_str().unwrap().to_owned();
    let before = ours.everything().await;
    assert!(before[2].to_string().contains(&instance), "{}", before[2]);

    // What is ours, wherever a path asks for something by its id.
    let mut ids = std::collections::HashMap::from([("process-instance", instance)]);
    for kind in ["deployment", "process-definition", "execution", "task", "external-task", "job", "variable-instance"] {
        ids.insert(kind, ours.first(&format!("/{kind}")).await);
    }
    let named = |path: &str| {
        let mut before = "";
        let mut segments = Vec::new();
        for segment in path.split('/') {
            let is_open = segment.starts_with('{') && segment != "{engine}";
            segments.push(match segment {
                "{engine}" => "default",
                "{key}" => "sealed",
                _ if is_open => ids.get(before).map_or("something", String::as_str),
                _ => segment,
            });
            before = segment;
        }
        segments.join("/")
    };
    let paths = support::paths(&theirs.router);
    assert!(paths.len() > 300, "{} paths were found", paths.len());
    for path in &paths {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let (status, body) = theirs.ask(method, &named(path)).await;
            assert_ne!(status, 403, "{method} {path}: {body}");
            assert!(!body.to_string().contains(SECRET), "{method} {path}: {body}");
        }
    }
    for path in ["/api/v1/process-instances", "/api/v1/process-definitions", "/api/v1/deployments", "/api/v1/incidents"]
    {
        let (status, body) = theirs.ask("GET", path).await;
        assert_eq!((status, &body["items"]), (200, &json!([])), "{path}");
    }
    assert_eq!(ours.everything().await, before);

    // A key is another process in each organisation, and each starts its own.
    let model = MODEL.replace(SECRET, "theirs");
    assert_eq!(theirs.deploy(&model).await.0, 200);
    theirs.post("/engine-rest/process-definition/key/sealed/start", json!({})).await;
    assert_eq!(theirs.ask("GET", "/engine-rest/process-instance/count").await.1["count"], 1);
    assert_eq!(ours.everything().await, before);
}

#[tokio::test]
async fn an_operator_works_in_the_engine_of_another_organisation_by_its_name_and_nobody_else_does() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    let router = both_apis(journal, &access).await;
    let theirs = Organisation::of(&access, router.clone(), "b").await;
    assert_eq!(theirs.deploy(&MODEL.replace(SECRET, "theirs")).await.0, 200);
    let (default, b) = (TenantId::default(), TenantId::new("b"));
    add(&access, &default, "olga", &["operator", "process-developer"]).await;
    add(&access, &default, "dana", &["process-developer"]).await;
    add(&access, &default, "root", &["admin"]).await;
    add(&access, &b, "olga", &["operator", "process-developer"]).await;
    let asks = |method: &'static str, name: &'static str, path: &'static str| {
        let router = router.clone();
        async move { asked(&router, method, path, &basic(name)).await }
    };
    let (status, body) = asks("GET", "olga", "/engine-rest/engine/b/process-definition/count").await;
    assert_eq!((status, &body["count"]), (200, &json!(1)));
    assert_eq!(asks("GET", "olga", "/engine-rest/process-definition/count").await.1["count"], 0);
    let start = "/engine-rest/engine/b/process-definition/key/sealed/start";
    assert_eq!(asks("POST", "olga", start).await.0, 200);
    // It stands there who came from where.
    let (_, history) = theirs.ask("GET", "/engine-rest/history/process-instance").await;
    assert_eq!(history[0]["startUserId"], "default/olga", "{history}");
    // An organisation that nobody is of is not made by asking for it.
    let (status, body) = asks("GET", "olga", "/engine-rest/engine/c/task").await;
    assert_eq!((status, &body["message"]), (400, &json!("Process engine c not available")));
    for name in ["dana", "root", "b/olga"] {
        let path = if name == "b/olga" { "/engine-rest/engine/c/task" } else { "/engine-rest/engine/b/task" };
        let (status, body) = asks("GET", name, path).await;
        assert_eq!(status, 400, "{name}: {body}");
        assert_eq!(asks("GET", name, "/api/v1/engines").await.0, 403, "{name}");
    }
    let (status, body) = asks("GET", "olga", "/api/v1/engines?limit=1&total=true").await;
    assert_eq!((status, body), (200, json!({"items": [{"name": "b"}], "nextCursor": "b", "total": 2})));
    let (_, body) = asks("GET", "olga", "/api/v1/engines?cursor=b").await;
    assert_eq!(body["items"], json!([{"name": "default"}]));
}

#[tokio::test]
async fn what_is_due_in_an_organisation_is_done_before_anybody_of_it_signs_in() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    let tenant = TenantId::new("b");
    let theirs = Organisation::of(&access, both_apis(journal.clone(), &access).await, "b").await;
    assert_eq!(theirs.deploy(MODEL).await.0, 200);
    theirs.post("/engine-rest/process-definition/key/sealed/start", json!({})).await;

    // Another process, of which nobody has asked anything.
    let stop = CancellationToken::new();
    let interval = Duration::from_millis(20);
    let settings = EngineConfig { job_executor: JobExecutor::On { interval }, ..EngineConfig::default() };
    let after = Engines::start(journal.clone(), settings, sentence, stop.clone()).await.unwrap();
    clock.advance(jiff::SignedDuration::from_hours(10 * 24));
    let running = tokio::spawn(async move { after.run().await });
    let open = Query::new(views::JOB, Filter::Eq(JobRow::PROCESS_DEFINITION_KEY.into(), json!("sealed")));
    let is_done = || async {
        let jobs = journal.tenant(&tenant).query(&open).await.unwrap();
        jobs.rows.is_empty().then_some(())
    };
    casewright_testkit::until("its job is done", is_done).await;
    stop.cancel();
    running.await.unwrap();
}

/// A quota of organisation `b`; others have none.
fn quota_of_b(quota: Quota) -> Quotas {
    Quotas { of: [(TenantId::new("b"), quota)].into(), ..Quotas::default() }
}

/// Over its quota.
fn assert_over_quota((status, body): (u16, Value), key: &str) {
    assert_eq!((status, &body["code"]), (500, &json!(20_429)), "{body}");
    assert!(body["message"].as_str().is_some_and(|message| message.contains(key)), "{body}");
}

#[tokio::test]
async fn an_organisation_with_as_many_instances_as_it_may_starts_no_more_and_no_other_is_concerned() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    let quotas = quota_of_b(Quota { instances: Some(2), ..Quota::default() });
    let start = "/engine-rest/process-definition/key/sealed/start";
    let router = both_apis_with(journal.clone(), &access, quotas.clone()).await;
    let ours = Organisation::of(&access, router.clone(), "default").await;
    let theirs = Organisation::of(&access, router, "b").await;
    for organisation in [&ours, &theirs] {
        assert_eq!(organisation.deploy(MODEL).await.0, 200);
    }
    let first = theirs.post(start, json!({})).await["id"].as_str().unwrap().to_owned();
    theirs.post(start, json!({})).await;
    assert_over_quota(theirs.ask("POST", start).await, "quotas.instances");
    assert_eq!(theirs.ask("GET", "/engine-rest/process-instance/count").await.1["count"], 2);
    for _ in 0..3 {
        ours.post(start, json!({})).await;
    }

    // What has ended makes room, and what is refused for another reason takes none.
    assert_eq!(theirs.ask("DELETE", &format!("/engine-rest/process-instance/{first}")).await.0, 204);
    for _ in 0..3 {
        assert_eq!(theirs.ask("POST", "/engine-rest/process-definition/key/nothing/start").await.0, 404);
    }
    theirs.post(start, json!({})).await;
    assert_over_quota(theirs.ask("POST", start).await, "quotas.instances");

    // A restart knows it at once.
    let router = both_apis_with(journal, &access, quotas).await;
    assert_over_quota(asked(&router, "POST", start, &theirs.authorization).await, "quotas.instances");
    add(&access, &TenantId::default(), "olga", &["operator"]).await;
    let (status, body) = asked(&router, "GET", "/api/v1/engines?usage=true", &basic("olga")).await;
    assert_eq!(status, 200, "{body}");
    let usage = json!({"instances": 2, "instancesQuota": 2, "scriptSeconds": 0.0, "scriptSecondsQuota": null});
    assert_eq!(body["items"][0], json!({"name": "b", "usage": usage}));
    let usage = json!({"instances": 3, "instancesQuota": null, "scriptSeconds": 0.0, "scriptSecondsQuota": null});
    assert_eq!(body["items"][1], json!({"name": "default", "usage": usage}));
}

const SCRIPT: &str = r#"<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t"><bpmn:process id="sealed" isExecutable="true" camunda:historyTimeToLive="30">
  <bpmn:startEvent id="start" camunda:asyncBefore="true"/><bpmn:sequenceFlow id="a" sourceRef="start" targetRef="script"/>
  <bpmn:scriptTask id="script" scriptFormat="javascript"><bpmn:script>let n = 0; for (let i = 0; i &lt; 200000; i++) n += i; n</bpmn:script></bpmn:scriptTask>
  <bpmn:sequenceFlow id="b" sourceRef="script" targetRef="person"/><bpmn:userTask id="person"/></bpmn:process></bpmn:definitions>"#;

#[tokio::test]
async fn an_organisation_whose_scripts_have_run_for_long_enough_waits_and_no_other_does() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    // Used up by the first script, for longer than this test takes.
    let quotas = quota_of_b(Quota { script_time: Some(Duration::from_nanos(1)), ..Quota::default() });
    let router = both_apis_with(journal, &access, quotas).await;
    let ours = Organisation::of(&access, router.clone(), "default").await;
    let theirs = Organisation::of(&access, router, "b").await;
    for organisation in [&ours, &theirs] {
        assert_eq!(organisation.deploy(SCRIPT).await.0, 200);
        for _ in 0..2 {
            organisation.post("/engine-rest/process-definition/key/sealed/start", json!({})).await;
        }
    }
    let jobs = |of: Value| of.as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect();
    let (_, of_theirs) = theirs.ask("GET", "/engine-rest/job").await;
    let of_theirs: Vec<String> = jobs(of_theirs);
    let execute = |job: &str| format!("/engine-rest/job/{job}/execute");
    assert_eq!(theirs.ask("POST", &execute(&of_theirs[0])).await.0, 204);
    assert_over_quota(theirs.ask("POST", &execute(&of_theirs[1])).await, "quotas.script_seconds_per_minute");
    // The job is as it was: it has cost no retry, and there is no incident.
    let (_, job) = theirs.ask("GET", &format!("/engine-rest/job/{}", of_theirs[1])).await;
    assert_eq!((&job["retries"], &job["exceptionMessage"]), (&json!(3), &Value::Null));
    let (_, of_ours) = ours.ask("GET", "/engine-rest/job").await;
    let of_ours: Vec<String> = jobs(of_ours);
    for job in of_ours {
        assert_eq!(ours.ask("POST", &execute(&job)).await.0, 204);
    }
    assert_eq!(ours.ask("GET", "/engine-rest/task/count").await.1["count"], 2);
    assert_eq!(theirs.ask("GET", "/engine-rest/task/count").await.1["count"], 1);
}
