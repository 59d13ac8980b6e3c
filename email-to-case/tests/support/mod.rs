//! The mail room in a temporary folder: a real journal, real tokens, the real file room, real sockets; and a stand-in for the few
//! calls this room makes to the engine (the real one is linked with it in the binary's tests).

#![allow(dead_code, unreachable_pub)]

pub mod cases;
pub mod client;
pub mod greenmail;
pub mod outside;
pub mod process;
pub mod signed;

pub use casewright_testkit::{PASSWORD, free_address, until};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use casewright_access::{OnBehalfOf, ServiceTokens};
use casewright_bus::{Bus, InProcessBus};
use casewright_client::{Client, Identity, install_tls};
use casewright_contracts::process::OVER_QUOTA;
use casewright_email_to_case::config::{Checks, Mailbox, Policy};
use casewright_email_to_case::{EmailConfig, EmailState, Rooms};
use casewright_journal::{ManualClock, TenantId};
use casewright_service::{Shutdown, http};
use casewright_storage_api::config::AntivirusConfig;
use casewright_storage_api::{StorageConfig, StorageState};
use casewright_testkit::{Node, NodeSetup};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const CASE: &str = "0198a3f2-7b1c-7def-8123-456789abcdef";

pub struct Room {
    pub state: EmailState,
    pub clock: Arc<ManualClock>,
    /// `127.0.0.1:<port>`
    pub smtp: String,
    pub starts: Starts,
    /// How many instances of a mail's process are said to run.
    pub running: Running,
    pub files: StorageState,
    base: String,
    client: reqwest::Client,
    pub shutdown: Shutdown,
    tasks: Vec<JoinHandle<()>>,
    dir: tempfile::TempDir,
}

/// Business keys of the processes that were started.
pub type Starts = Arc<Mutex<Vec<String>>>;

pub type Running = Arc<Mutex<u64>>;

/// So many run that the organisation may start no other.
pub const AS_MANY_AS_IT_MAY: u64 = 1_000;

pub fn mailbox(address: &str) -> Mailbox {
    Mailbox {
        address: address.to_owned(),
        name: "Claims".to_owned(),
        process: "email-to-case".to_owned(),
        tenant: "default".to_owned(),
        authentication: Policy::Observe,
        strict_threads: false,
    }
}

/// Nobody's DNS is asked: tests of that have a name server of their own.
pub fn config() -> EmailConfig {
    let authentication = Checks { seconds: 0, ..Checks::default() };
    EmailConfig { mailboxes: vec![mailbox("claims@harbor.example")], authentication, ..EmailConfig::default() }
}

impl Room {
    pub async fn open() -> Self {
        Self::open_with(config()).await
    }

    pub async fn open_with(config: EmailConfig) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), config).await
    }

    pub async fn open_in(dir: tempfile::TempDir, config: EmailConfig) -> Self {
        Self::open_beside(dir, config, AntivirusConfig::default(), Running::default()).await
    }

    /// Whose files the virus scanner at this address looks at.
    pub async fn open_scanned(address: &str) -> Self {
        let scanner = AntivirusConfig { address: address.to_owned(), ..AntivirusConfig::default() };
        Self::open_beside(tempfile::tempdir().unwrap(), config(), scanner, Running::default()).await
    }

    async fn open_beside(
        dir: tempfile::TempDir,
        mut config: EmailConfig,
        antivirus: AntivirusConfig,
        in_engine: Running,
    ) -> Self {
        install_tls();
        let mut projectors = casewright_email_to_case::projectors();
        projectors.extend(casewright_bus::projectors());
        projectors.extend(casewright_storage_api::projectors());
        projectors.push(Arc::new(cases::CaseView));
        let setup = NodeSetup { projectors, ..NodeSetup::default() };
        let Node { journal, access, clock } = Node::open(dir.path(), setup).await;
        cases::open(&journal, CASE, "CLM-000042").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let storage = StorageConfig { folder: dir.path().join("files"), antivirus, ..StorageConfig::default() };
        let files = StorageState::open(journal.clone(), access.clone(), storage, &base, b"files").await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let tokens = ServiceTokens::new(access.clone(), "system:email-to-case");
        let internal = Client::new(client.clone(), &base, Identity::Issued(Arc::new(tokens)));
        config.smtp_listen = free_address();
        let smtp = config.smtp_listen.clone();
        let state = EmailState::new(
            journal.clone(),
            access,
            Rooms::new(internal, client.clone()),
            config,
            b"a secret of the tests",
        );
        let shutdown = Shutdown::new();
        let state = state.until(shutdown.clone());
        let starts = Starts::default();
        let router = casewright_email_to_case::router(state.clone()).0;
        let router = router
            .merge(casewright_storage_api::router(files.clone()).0)
            .merge(engine(starts.clone(), in_engine.clone()));
        let serving = http::serve(listener, router, shutdown.clone());
        let bus: Arc<dyn Bus> = Arc::new(InProcessBus::new(journal));
        let running = casewright_email_to_case::run(state.clone(), bus, shutdown.clone());
        let tasks = vec![
            tokio::spawn(async move { serving.await.unwrap() }),
            tokio::spawn(async move { Box::pin(running).await.unwrap() }),
        ];
        until("the receiver listens", || async { tokio::net::TcpStream::connect(&smtp).await.ok() }).await;
        Self { state, clock, smtp, starts, running: in_engine, files, base, client, shutdown, tasks, dir }
    }

    /// Everything is closed and opened again on the same folder.
    pub async fn restart(self, config: EmailConfig) -> Self {
        let Self { shutdown, tasks, client, state, dir, running, .. } = self;
        shutdown.trigger();
        drop(client);
        for task in tasks {
            task.await.unwrap();
        }
        state.journal.shutdown().await;
        drop(state);
        Self::open_beside(dir, config, AntivirusConfig::default(), running).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.call_with(&self.state.access.service_token("system:case-api"), method, path, body).await
    }

    /// As the room of cases passes the call of a person on.
    pub async fn call_for(&self, caller: &OnBehalfOf, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let tenant = TenantId::default();
        let token = self.state.access.service_token_for(&tenant, "system:case-api", Some(caller));
        self.call_with(&token, method, path, body).await
    }

    /// As a person, with their password.
    pub async fn call_as(&self, user: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.base));
        Self::ask(request.basic_auth(user, Some(PASSWORD)), body).await
    }

    pub async fn call_with(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.base)).bearer_auth(token);
        Self::ask(request, body).await
    }

    async fn ask(request: reqwest::RequestBuilder, body: Option<Value>) -> (u16, Value) {
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
    }

    pub async fn raw(&self, id: &str) -> Vec<u8> {
        let token = self.state.access.service_token("system:case-api");
        let url = format!("{}/api/v1/mails/{id}/raw", self.base);
        let response = self.client.get(url).bearer_auth(token).send().await.unwrap();
        response.error_for_status().unwrap().bytes().await.unwrap().to_vec()
    }

    pub async fn mails(&self) -> Vec<Value> {
        let (status, body) = self.call("GET", "/api/v1/mails?limit=200", None).await;
        assert_eq!(status, 200, "{body}");
        body["items"].as_array().unwrap().clone()
    }

    /// The mail, once it is as wanted.
    pub async fn mail_when(&self, what: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        until(what, || async { self.mails().await.into_iter().find(&is_wanted) }).await
    }

    pub async fn mail_in(&self, id: &str, state: &str) -> Value {
        self.mail_when(&format!("mail {id} is {state}"), |mail| mail["id"] == id && mail["state"] == state).await
    }

    /// Asks for a mail to be sent; its id and state.
    pub async fn send(&self, changes: Value) -> (String, String) {
        let mut body = json!({"caseId": CASE, "to": ["clara.weiss@customer.example"],
            "subject": "Your claim", "text": "We look into it."});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (status, answer) = self.call("POST", "/api/v1/mails/outgoing", Some(body)).await;
        assert_eq!(status, 202, "{answer}");
        (answer["id"].as_str().unwrap().to_owned(), answer["state"].as_str().unwrap().to_owned())
    }

    pub async fn link(&self, id: &str, case: &str) {
        let (status, body) =
            self.call("POST", &format!("/api/v1/mails/{id}/link"), Some(json!({"caseId": case}))).await;
        assert_eq!(status, 204, "{body}");
    }
}

/// Past the capture of the test runner, which keeps quiet about tests that pass.
pub fn skipped(why: &str) {
    use std::io::Write as _;
    std::io::stderr().write_all(format!("SKIPPED: {why}\n").as_bytes()).unwrap();
}

fn engine(starts: Starts, running: Running) -> Router {
    let started = Arc::clone(&running);
    let start = move |State(starts): State<Starts>, Json(body): Json<Value>| {
        let is_over = *started.lock().unwrap() >= AS_MANY_AS_IT_MAY;
        async move { if is_over { over_quota() } else { start(&starts, &body) } }
    };
    let count = move || {
        let count = *running.lock().unwrap();
        async move { Json(json!({"count": count})) }
    };
    Router::new()
        .route("/engine-rest/history/process-instance", post(history))
        .route("/engine-rest/process-instance/count", get(count))
        .route("/engine-rest/process-definition/key/{key}/start", post(start))
        .with_state(starts)
}

async fn history(State(starts): State<Starts>, Json(query): Json<Value>) -> Json<Value> {
    let is_wanted = |key: &&String| query["processInstanceBusinessKey"] == key.as_str();
    let found = starts.lock().unwrap().iter().filter(is_wanted).map(|key| json!({"id": key})).collect();
    Json(Value::Array(found))
}

fn start(starts: &Starts, body: &Value) -> Response {
    let key = body["businessKey"].as_str().unwrap().to_owned();
    starts.lock().unwrap().push(key.clone());
    Json(json!({"id": key})).into_response()
}

fn over_quota() -> Response {
    let body = json!({"type": "RestException", "message": "As many as it may.", "code": OVER_QUOTA});
    (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
}
