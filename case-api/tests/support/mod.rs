//! A platform in a temporary folder: a real journal, real tokens, the real router and background jobs; and a stand-in for
//! the engine ([`engine`]).

#![allow(dead_code, unreachable_pub)]

pub mod engine;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use casewright_access::accounts::NewUser;
use casewright_access::{Access, AccessConfig};
use casewright_bus::{Bus, InProcessBus};
use casewright_case_api::{CaseApiConfig, CaseApiState};
use casewright_journal::{Clock, Journal, JournalConfig, ManualClock, StoreConfig, TenantId};
use casewright_service::Shutdown;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;

const PASSWORD: &str = "correct horse battery staple";

pub struct Platform {
    pub journal: Journal,
    pub access: Access,
    pub clock: Arc<ManualClock>,
    pub engine: engine::Engine,
    pub router: axum::Router,
    pub api: utoipa::openapi::OpenApi,
    state: CaseApiState,
    bus: Arc<dyn Bus>,
    shutdown: Shutdown,
    jobs: Option<tokio::task::JoinHandle<()>>,
    dir: Option<tempfile::TempDir>,
}

pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub body: Value,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn pointers(&self) -> Vec<&str> {
        self.body["errors"].as_array().into_iter().flatten().filter_map(|error| error["pointer"].as_str()).collect()
    }
}

impl Platform {
    /// With users anna (case worker, claims), ben (supervisor, claims), carl (case worker, no group), dana (process developer).
    pub async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut platform = Self::open_in(dir).await;
        platform.start_jobs();
        platform
    }

    pub async fn open_in(dir: tempfile::TempDir) -> Self {
        let clock = Arc::new(ManualClock::at("2026-11-20T12:00:00Z".parse().unwrap()));
        let mut config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.path().join("journal") });
        let as_clock: Arc<dyn Clock> = clock.clone();
        config.clock = as_clock;
        config.shards = 4;
        let mut projectors = casewright_case_api::projectors();
        projectors.extend(casewright_access::projectors());
        projectors.extend(casewright_bus::projectors());
        let journal = Journal::open(config, projectors).await.unwrap();
        let access_config = AccessConfig { key_file: dir.path().join("access.key"), ..AccessConfig::default() };
        let access = Access::open(journal.clone(), access_config).await.unwrap();
        for (id, name, role, groups) in [
            ("anna", "Anna Meyer", "case-worker", vec!["claims"]),
            ("ben", "Ben Okafor", "supervisor", vec!["claims", "supervisors"]),
            ("carl", "Carl Brandt", "case-worker", vec![]),
            ("dana", "Dana Silva", "process-developer", vec![]),
        ] {
            let user = NewUser {
                id: id.to_owned(),
                name: name.to_owned(),
                email: format!("{id}@harbor.example"),
                roles: vec![role.to_owned()],
                groups: groups.into_iter().map(str::to_owned).collect(),
            };
            let (tenant, accounts) = (TenantId::default(), access.accounts());
            accounts.ensure_user(&tenant, "system:test", user).await.unwrap();
            accounts.set_password(&tenant, "system:test", id, PASSWORD).await.unwrap();
        }
        let engine = engine::Engine::start(journal.clone(), access.clone()).await;
        let bus: Arc<dyn Bus> = Arc::new(InProcessBus::new(journal.clone()));
        let state = CaseApiState::new(journal.clone(), access.clone(), &CaseApiConfig::all_at(&engine.url)).unwrap();
        let (router, api) = casewright_case_api::router(state.clone());
        Self {
            journal,
            access,
            clock,
            engine,
            router,
            api,
            state,
            bus,
            shutdown: Shutdown::new(),
            jobs: None,
            dir: Some(dir),
        }
    }

    pub fn start_jobs(&mut self) {
        let run = casewright_case_api::run(self.state.clone(), self.bus.clone(), self.shutdown.clone());
        self.jobs = Some(tokio::spawn(run));
    }

    /// Nothing is done behind a request from here on.
    pub async fn stop_jobs(&mut self) {
        self.shutdown.trigger();
        if let Some(jobs) = self.jobs.take() {
            jobs.await.unwrap();
        }
        self.shutdown = Shutdown::new();
    }

    /// Stops everything and opens it again on the same folder, as after a crash of the process.
    pub async fn restart(mut self) -> Self {
        self.stop_jobs().await;
        self.journal.shutdown().await;
        let dir = self.dir.take().unwrap();
        drop(self);
        let mut platform = Self::open_in(dir).await;
        platform.start_jobs();
        platform
    }

    /// Machine clients come with a token, people with their password: both are real.
    fn authorization(&self, user: &str) -> String {
        use base64::Engine as _;
        if user.starts_with("system:") {
            return format!("Bearer {}", self.access.service_token(user));
        }
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{PASSWORD}")))
    }

    pub async fn send(
        &self,
        user: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("authorization", self.authorization(user));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            etag: parts.headers.get("etag").map(|value| value.to_str().unwrap().to_owned()),
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    pub async fn get(&self, user: &str, path: &str) -> Answer {
        self.send(user, "GET", path, &[], None).await
    }

    pub async fn post(&self, user: &str, path: &str, body: Value) -> Answer {
        self.send(user, "POST", path, &[], Some(body)).await
    }

    pub async fn put(&self, user: &str, path: &str, body: Value) -> Answer {
        self.send(user, "PUT", path, &[], Some(body)).await
    }

    pub async fn patch(&self, user: &str, path: &str, body: Value) -> Answer {
        self.send(user, "PATCH", path, &[], Some(body)).await
    }

    /// Asks again until the answer is as wanted; fails when that takes too long.
    pub async fn until(&self, user: &str, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let answer = self.get(user, path).await;
            if answer.status == 200 && is_wanted(&answer.body) {
                return answer.body;
            }
            assert!(tokio::time::Instant::now() < deadline, "{path} never became what was wanted: {}", answer.body);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The claim definition of the demo, and its form.
    pub async fn with_claims(self) -> Self {
        self.put("dana", "/api/v1/case-definitions/claim", claim_definition()).await.expect(201);
        self
    }

    pub async fn new_case(&self, title: &str) -> Value {
        let body = json!({"definition": "claim", "title": title, "fields": {"amount": 120.5}});
        self.post("anna", "/api/v1/cases", body).await.expect(201).body
    }
}

pub fn claim_definition() -> Value {
    json!({
        "name": "Claim", "caseNumberPrefix": "CLM",
        "stages": [{"id": "intake", "name": "Intake"}, {"id": "assessment", "name": "Assessment"}, {"id": "decision", "name": "Decision"}],
        "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "waiting", "name": "Waiting", "kind": "paused"},
            {"id": "closed", "name": "Closed", "kind": "closed"}],
        "fields": [{"key": "policyNumber", "label": "Policy number", "type": "string"}, {"key": "amount", "label": "Amount", "type": "number"}],
        "processes": [{"key": "claim-handling", "name": "Claim handling", "start": "on-create"},
            {"key": "site-visit", "name": "Site visit", "start": "manual", "stage": "assessment"}],
        "queues": ["claims", "decisions"], "defaultQueue": "claims",
        "slas": [{"id": "first-response", "name": "First response", "target": "PT4H", "calendar": "always", "startOn": "created",
            "stopOn": "first-reply", "pauseIn": ["waiting"], "atRisk": 0.75}],
        "rules": [{"id": "assessed", "on": "task-completed", "when": {"taskDefinitionKey": "check-papers"},
            "then": [{"setStage": "assessment"}, {"setQueue": "decisions"}, {"addLabel": "checked"}]}]
    })
}
