//! An engine over a real journal in a temporary folder, asked through its real router.

#![allow(dead_code, unreachable_pub)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, header};
use casewright_engine_server::{Engine, EngineConfig, EngineRestAuth, JobExecutor, engine_rest_router, projectors};
use casewright_journal::{Clock, Journal, JournalConfig, ManualClock, StoreConfig};
use casewright_service::shutdown::Shutdown;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt as _;

pub struct Server {
    pub engine: Engine,
    pub clock: Arc<ManualClock>,
    journal: Journal,
    router: Router,
}

pub struct Answer {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Fails with the body when the status is another one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

pub async fn journal(dir: &Path) -> (Journal, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z".parse().unwrap()));
    let mut config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.join("journal") });
    let as_clock: Arc<dyn Clock> = clock.clone();
    config.clock = as_clock;
    config.shards = 4;
    let mut all = projectors();
    all.extend(casewright_access::projectors());
    (Journal::open(config, all).await.unwrap(), clock)
}

impl Server {
    /// Opens what is in the folder; call it again for a restart. Jobs run only when they are executed.
    pub async fn open(dir: &Path) -> Self {
        let (journal, clock) = journal(dir).await;
        Self::over(journal, clock, EngineRestAuth::Open).await
    }

    pub async fn over(journal: Journal, clock: Arc<ManualClock>, auth: EngineRestAuth) -> Self {
        let config = EngineConfig { job_executor: JobExecutor::Off, ..EngineConfig::default() };
        let engine = Engine::start(journal.clone(), config, Shutdown::new()).await.unwrap();
        let router = Router::new().nest("/engine-rest", engine_rest_router(engine.clone(), auth));
        Self { engine, clock, journal, router }
    }

    /// Ends it; what was acknowledged is in the folder.
    pub async fn close(self) {
        self.journal.shutdown().await;
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
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
        const BOUNDARY: &str = "boundaryOfTheTest";
        let mut body =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\n{name}\r\n");
        for (file, text) in files {
            body.push_str(&format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{file}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n{text}\r\n"
            ));
        }
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        let request = Request::post("/engine-rest/deployment/create")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
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
