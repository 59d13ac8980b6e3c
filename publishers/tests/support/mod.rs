//! A platform in a temporary folder: a real journal, real sign-ins, the real bus, case-api beside the publishers, and a
//! server on a port of its own.

#![allow(dead_code, unreachable_pub, reason = "every test file uses another part of it")]

pub mod engine;
pub mod live;
pub mod logs;
pub mod smtp;
pub mod twice;

use axum::Router;
use casewright_access::{Access, AccessConfig};
use casewright_bus::{Bus, InProcessBus};
use casewright_case_api::{CaseApiConfig, CaseApiState};
use casewright_journal::{Filter, Journal, ManualClock, Query, TenantId};
use casewright_publishers::{LiveTimes, NotificationConfig, PublishersConfig, PublishersState};
use casewright_service::Shutdown;
use casewright_testkit::people::{self, ANNA, BEN, CARL, DANA};
use casewright_testkit::{Browser, CALLBACK, Caller, Node, NodeSetup, PASSWORD, until};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

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
    pub shutdown: Shutdown,
    _dir: tempfile::TempDir,
    caller: Caller,
}

/// Everything is asked of it as its clients ask.
impl Deref for Platform {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.shutdown.trigger();
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
        let mut projectors = casewright_publishers::projectors();
        projectors.extend(casewright_case_api::projectors());
        projectors.extend(casewright_bus::projectors());
        let access = AccessConfig { redirect_uris: vec![CALLBACK.to_owned()], ..AccessConfig::default() };
        let node = NodeSetup { projectors, shards: setup.shards, access, ..NodeSetup::default() };
        let Node { journal, access, clock } = Node::open(dir.path(), node).await;
        people::register(&access, &[ANNA, BEN, CARL, DANA]).await;

        let real: Arc<dyn Bus> = Arc::new(InProcessBus::new(journal.clone()));
        let bus: Arc<dyn Bus> = if setup.twice { Arc::new(twice::Twice(real)) } else { real };
        let config =
            PublishersConfig { max_live_connections: setup.max_live_connections, notifications: setup.notifications };
        let state =
            PublishersState::with_live_times(journal.clone(), access.clone(), bus.clone(), config, setup.live_times)
                .unwrap();
        let shutdown = Shutdown::new();
        let state = state.until(shutdown.clone());
        let (publishers, api) = casewright_publishers::router(state.clone());
        tokio::spawn(casewright_publishers::run(state, bus, shutdown.clone()));

        // No process is started in these tests: nothing answers where the engine would be.
        let cases =
            CaseApiState::new(journal.clone(), access.clone(), &CaseApiConfig::all_at("http://127.0.0.1:9")).unwrap();
        let router = publishers
            .merge(casewright_case_api::router(cases).0)
            .merge(casewright_access::issuer::router(access.clone()));
        let address = serve(router.clone(), setup.send_buffer, shutdown.clone());
        let caller = Caller::new(router.clone(), access.clone());
        let platform = Self { journal, access, clock, address, router, api, shutdown, _dir: dir, caller };
        platform.put("dana", "/api/v1/case-definitions/claim", definition("CLM", None)).await.expect(201);
        platform.put("dana", "/api/v1/case-definitions/secret", definition("SEC", Some("claims"))).await.expect(201);
        platform
    }

    /// A real access token of a person; lives five minutes of the journal's clock.
    pub async fn token(&self, user: &str) -> String {
        let tokens = Browser::new(self.router.clone()).tokens_of(user, PASSWORD).await;
        text(&tokens["access_token"])
    }

    /// The first row of a view that is as wanted, whoever may see it; fails when there is none for too long.
    pub async fn row_until(&self, view: &'static str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        until(&format!("a row of {view} is what was wanted"), || async {
            let all = self.journal.tenant(&TenantId::default()).query(&Query::new(view, Filter::All)).await.unwrap();
            all.rows.into_iter().map(|(_, row)| json!(row)).find(|row| is_wanted(row))
        })
        .await
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
