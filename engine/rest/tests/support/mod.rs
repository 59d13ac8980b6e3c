//! An engine over a real journal in a temporary folder, asked through its real router.

#![allow(dead_code, unreachable_pub)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use casewright_access::accounts::{Accounts, NewUser};
use casewright_access::config::MachineClient;
use casewright_access::{Access, AccessConfig};
use casewright_engine_rest::{EngineRestAuth, engine_rest_router, sentence, without_trailing_slash};
use casewright_engine_runtime::{Engine, EngineConfig, JobExecutor};
use casewright_engine_views::projectors;
use casewright_journal::{Journal, ManualClock, Projector, TenantId};
use casewright_testkit::NodeSetup;
pub use casewright_testkit::{Answer, PASSWORD};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub struct Server {
    pub engine: Engine,
    pub clock: Arc<ManualClock>,
    journal: Journal,
    router: Router,
    /// What it answers at, with names for what stands in braces.
    pub paths: Vec<String>,
}

/// The journal in the folder, with the views of the engine.
pub async fn journal(dir: &Path) -> (Journal, Arc<ManualClock>) {
    journal_with(dir, Vec::new()).await
}

/// [`journal`] with views of other rooms.
pub async fn journal_with(dir: &Path, others: Vec<Arc<dyn Projector>>) -> (Journal, Arc<ManualClock>) {
    let projectors = projectors().into_iter().chain(others).collect();
    NodeSetup { projectors, now: "2026-11-21T12:00:00Z", ..NodeSetup::default() }.journal(dir).await
}

impl Server {
    /// Opens what is in the folder; call it again for a restart. Jobs run only when they are executed.
    pub async fn open(dir: &Path) -> Self {
        let (journal, clock) = journal(dir).await;
        let open = EngineRestAuth::Open(Accounts::ephemeral(journal.clone()));
        Self::over(journal, clock, open).await
    }

    pub async fn over(journal: Journal, clock: Arc<ManualClock>, auth: EngineRestAuth) -> Self {
        Self::configured(journal, clock, auth, EngineConfig::default()).await
    }

    pub async fn configured(
        journal: Journal,
        clock: Arc<ManualClock>,
        auth: EngineRestAuth,
        config: EngineConfig,
    ) -> Self {
        let config = EngineConfig { job_executor: JobExecutor::Off, ..config };
        let engine = Engine::start(journal.clone(), config, sentence, CancellationToken::new()).await.unwrap();
        let routes = Router::new().nest("/engine-rest", engine_rest_router(engine.clone(), auth));
        let paths = paths(&routes);
        let router = without_trailing_slash(routes, "/engine-rest");
        Self { engine, clock, journal, router, paths }
    }

    /// Ends it; what was acknowledged is in the folder.
    pub async fn close(self) {
        self.journal.shutdown().await;
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(format!("/engine-rest{path}")).body(Body::empty()).unwrap()).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/engine-rest{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    /// Deploys files under one deployment name.
    pub async fn deploy(&self, name: &str, files: &[(&str, &str)]) -> Answer {
        let mut parts = vec![Part::text("deployment-name", name)];
        parts.extend(files.iter().map(|(file, text)| Part::file(file, file, text)));
        let (media, body) = multipart(&parts);
        let request = Request::post("/engine-rest/deployment/create")
            .header(header::CONTENT_TYPE, media)
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Starts an instance by key and gives its id.
    pub async fn start(&self, key: &str, body: Value) -> String {
        let started = self.post(&format!("/process-definition/key/{key}/start"), body).await.expect(200);
        started.json()["id"].as_str().unwrap().to_owned()
    }
}

/// A part of an upload.
pub struct Part {
    name: String,
    file: Option<String>,
    media: Option<String>,
    text: String,
}

impl Part {
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), file: None, media: None, text: text.to_owned() }
    }

    pub fn file(name: &str, file: &str, text: &str) -> Self {
        Self::file_of("application/octet-stream", name, file, text)
    }

    pub fn file_of(media: &str, name: &str, file: &str, text: &str) -> Self {
        Self { file: Some(file.to_owned()), media: Some(media.to_owned()), ..Self::text(name, text) }
    }
}

/// The content type of an upload, and its bytes.
pub fn multipart(parts: &[Part]) -> (String, String) {
    const BOUNDARY: &str = "boundaryOfTheTest";
    let mut body = String::new();
    for part in parts {
        body.push_str(&format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", part.name));
        if let Some(file) = &part.file {
            body.push_str(&format!("; filename=\"{file}\""));
        }
        if let Some(media) = &part.media {
            body.push_str(&format!("\r\nContent-Type: {media}"));
        }
        body.push_str(&format!("\r\n\r\n{}\r\n", part.text));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// Every path of a router, as it prints itself: nobody has to keep a list of them.
pub fn paths(router: &Router) -> Vec<String> {
    let printed = format!("{router:?}");
    let mut paths: Vec<String> = printed
        .split("RouteId(")
        .filter_map(|entry| entry.split_once("): \"")?.1.split_once('"'))
        .map(|(path, _)| path.to_owned())
        .filter(|path| path.starts_with("/engine-rest/") && !path.contains("__private__"))
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A path with something for each of its parameters.
pub fn filled(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{engine}" => "default",
        _ if segment.starts_with('{') => "something",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Accounts with one administrator in them, `anna`, and how she says who she is.
pub async fn access(journal: &Journal, dir: &Path) -> Access {
    access_with(journal, dir, Vec::new()).await
}

/// [`access`] that knows machine clients.
pub async fn access_with(journal: &Journal, dir: &Path, clients: Vec<MachineClient>) -> Access {
    let config = AccessConfig {
        issuer: "http://portal.test/auth".to_owned(),
        key_file: dir.join("access.key"),
        clients,
        ..AccessConfig::default()
    };
    let access = Access::open(journal.clone(), config).await.unwrap();
    account(&access, "anna", "admin").await;
    access
}

/// An account with one role, which signs in with [`PASSWORD`].
pub async fn account(access: &Access, id: &str, role: &str) {
    let tenant = TenantId::default();
    let user = NewUser {
        id: id.to_owned(),
        name: "Anna Meyer".to_owned(),
        email: "anna@example.test".to_owned(),
        roles: vec![role.to_owned()],
        groups: Vec::new(),
    };
    access.accounts().create_user(&tenant, "system:test", user).await.unwrap();
    access.accounts().set_password(&tenant, "system:test", id, PASSWORD).await.unwrap();
}

/// The header of HTTP Basic for anna.
pub fn basic(password: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("anna:{password}")))
}

/// A process around some elements.
pub fn process(id: &str, elements: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="defs" targetNamespace="http://example.org/test">
  <message id="paid" name="paid"/>
  <signal id="halt" name="halt"/>
  <process id="{id}" name="Test {id}" isExecutable="true" camunda:historyTimeToLive="30">
    <startEvent id="start"/>
    <sequenceFlow id="in" sourceRef="start" targetRef="work"/>
    {elements}
    <sequenceFlow id="out" sourceRef="work" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"#
    )
}

pub fn variables(name: &str, value: &str) -> Value {
    json!({"variables": {name: {"value": value, "type": "String"}}})
}
