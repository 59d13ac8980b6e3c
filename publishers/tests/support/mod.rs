//! A platform in a temporary folder: a real journal, real sign-ins, the real bus, case-api beside the publishers, and a
//! server on a port of its own.

#![allow(dead_code, unreachable_pub, reason = "every test file uses another part of it")]

pub mod engine;
pub mod live;
pub mod logs;
pub mod sign_in;
pub mod smtp;
pub mod twice;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use casewright_access::accounts::NewUser;
use casewright_access::{Access, AccessConfig};
use casewright_bus::{Bus, InProcessBus};
use casewright_case_api::{CaseApiConfig, CaseApiState};
use casewright_journal::{Clock, Filter, Journal, JournalConfig, ManualClock, Query, StoreConfig, TenantId};
use casewright_publishers::notification::NotificationConfig;
use casewright_publishers::{LiveTimes, PublishersConfig, PublishersState};
use casewright_service::Shutdown;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;

pub const PASSWORD: &str = "correct horse battery staple";

pub struct Setup {
    pub shards: u16,
    pub max_live_connections: usize,
    pub live_times: LiveTimes,
    pub notifications: NotificationConfig,
    /// Every entry is brought to its handler twice.
    pub twice: bool,
    /// Bytes the kernel keeps per connection for a client that does not read.
    pub send_buffer: Option<u32>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            shards: 4,
            max_live_connections: 100,
            live_times: LiveTimes::default(),
            notifications: NotificationConfig::default(),
            twice: false,
            send_buffer: None,
        }
    }
}

pub struct Platform {
    pub journal: Journal,
    pub access: Access,
    pub clock: Arc<ManualClock>,
    pub address: SocketAddr,
    pub router: Router,
    pub api: utoipa::openapi::OpenApi,
    shutdown: Shutdown,
    _dir: tempfile::TempDir,
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
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
}

impl Platform {
    pub async fn open() -> Self {
        Self::open_with(Setup::default()).await
    }

    /// With users anna (case worker, claims), ben (supervisor, claims), carl (case worker, no group), dana (process developer),
    /// and case definitions `claim` (open) and `secret` (restricted to claims).
    pub async fn open_with(setup: Setup) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-20T12:00:00Z".parse().unwrap()));
        let mut config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.path().join("journal") });
        let as_clock: Arc<dyn Clock> = clock.clone();
        config.clock = as_clock;
        config.shards = setup.shards;
        let mut projectors = casewright_publishers::projectors();
        projectors.extend(casewright_case_api::projectors());
        projectors.extend(casewright_access::projectors());
        projectors.extend(casewright_bus::projectors());
        let journal = Journal::open(config, projectors).await.unwrap();
        let access_config = AccessConfig {
            key_file: dir.path().join("access.key"),
            redirect_uris: vec![sign_in::CALLBACK.to_owned()],
            ..AccessConfig::default()
        };
        let access = Access::open(journal.clone(), access_config).await.unwrap();
        people(&access).await;

        let real: Arc<dyn Bus> = Arc::new(InProcessBus::new(journal.clone()));
        let bus: Arc<dyn Bus> = if setup.twice { Arc::new(twice::Twice(real)) } else { real };
        let config =
            PublishersConfig { max_live_connections: setup.max_live_connections, notifications: setup.notifications };
        let state =
            PublishersState::with_live_times(journal.clone(), access.clone(), bus.clone(), config, setup.live_times)
                .unwrap();
        let (publishers, api) = casewright_publishers::router(state.clone());
        let shutdown = Shutdown::new();
        tokio::spawn(casewright_publishers::run(state, bus, shutdown.clone()));

        // No process is started in these tests: nothing answers where the engine would be.
        let cases =
            CaseApiState::new(journal.clone(), access.clone(), &CaseApiConfig::all_at("http://127.0.0.1:9")).unwrap();
        let router = publishers
            .merge(casewright_case_api::router(cases).0)
            .merge(casewright_access::issuer::router(access.clone()));
        let address = serve(router.clone(), setup.send_buffer, shutdown.clone());
        let platform = Self { journal, access, clock, address, router, api, shutdown, _dir: dir };
        platform.put("dana", "/api/v1/case-definitions/claim", definition("CLM", None)).await.expect(201);
        platform.put("dana", "/api/v1/case-definitions/secret", definition("SEC", Some("claims"))).await.expect(201);
        platform
    }

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

    /// Asks again until the answer is as wanted; fails when that takes too long.
    pub async fn until(&self, user: &str, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        loop {
            let answer = self.get(user, path).await;
            if answer.status == 200 && is_wanted(&answer.body) {
                return answer.body;
            }
            assert!(tokio::time::Instant::now() < deadline, "{path} never became what was wanted: {}", answer.body);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The first row of a view that is as wanted, whoever may see it; fails when there is none for too long.
    pub async fn row_until(&self, view: &'static str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        loop {
            let all = self.journal.tenant(&TenantId::default()).query(&Query::new(view, Filter::All)).await.unwrap();
            let rows: Vec<Value> = all.rows.into_iter().map(|(_, row)| json!(row)).collect();
            if let Some(row) = rows.iter().find(|row| is_wanted(row)) {
                return row.clone();
            }
            assert!(tokio::time::Instant::now() < deadline, "no row of {view} became what was wanted: {rows:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The id of a new case of `definition`, made by anna.
    pub async fn new_case(&self, definition: &str) -> String {
        let made = self.post("anna", "/api/v1/cases", json!({"definition": definition, "title": "Water"})).await;
        text(&made.expect(201).body["id"])
    }

    /// Changes a case as anna and gives its version.
    pub async fn change(&self, case: &str, patch: Value) -> u64 {
        let path = format!("/api/v1/cases/{case}");
        self.send("anna", "PATCH", &path, &[], Some(patch)).await.expect(200).body["version"].as_u64().unwrap()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

async fn people(access: &Access) {
    let (tenant, accounts) = (TenantId::default(), access.accounts());
    accounts.ensure_group(&tenant, "system:test", "claims", "Claims").await.unwrap();
    for (id, name, role, groups) in [
        ("anna", "Anna Meyer", "case-worker", vec!["claims"]),
        ("ben", "Ben Okafor", "supervisor", vec!["claims"]),
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
        accounts.ensure_user(&tenant, "system:test", user).await.unwrap();
        accounts.set_password(&tenant, "system:test", id, PASSWORD).await.unwrap();
    }
}

fn definition(prefix: &str, restricted_to: Option<&str>) -> Value {
    json!({
        "name": prefix, "caseNumberPrefix": prefix, "restrictedTo": restricted_to.map(|group| [group]),
        "stages": [{"id": "intake", "name": "Intake"}, {"id": "assessment", "name": "Assessment"}],
        "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "closed", "name": "Closed", "kind": "closed"}],
        "fields": [], "processes": [], "queues": ["claims"], "defaultQueue": "claims"
    })
}

fn serve(router: Router, send_buffer: Option<u32>, shutdown: Shutdown) -> SocketAddr {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    if let Some(size) = send_buffer {
        // Accepted connections inherit it.
        socket.set_send_buffer_size(size).unwrap();
    }
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(128).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let stop = async move { shutdown.requested().await };
        axum::serve(listener, router).with_graceful_shutdown(stop).await.unwrap();
    });
    address
}
