//! An engine over a real journal in a temporary folder, asked through `/api/v1` by people.

#![allow(dead_code, unreachable_pub)]

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use casewright_engine_api::api_router;
use casewright_engine_core::command::{NewVariable, StartInstance};
use casewright_engine_runtime::{Caller as By, Engine, EngineConfig, JobExecutor};
use casewright_engine_value::Value as Variable;
use casewright_engine_views::projectors;
use casewright_testkit::people::{BEN, CARL, DANA, register};
use casewright_testkit::{Answer, Caller, Node, NodeSetup, PASSWORD};
use serde_json::Value;
use std::fmt::Write as _;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// A developer, who may do everything to instances.
pub const DEVELOPER: &str = "dana";
/// Changes what is in instances, and not where they are.
pub const SUPERVISOR: &str = "ben";
/// Sees instances, and changes nothing of them.
pub const WORKER: &str = "carl";

pub struct Platform {
    pub engine: Engine,
    api: Caller,
    router: Router,
    _folder: TempDir,
}

impl Platform {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), NodeSetup { projectors: projectors(), ..NodeSetup::default() }).await;
        register(&node.access, &[DANA, BEN, CARL]).await;
        let config = EngineConfig { job_executor: JobExecutor::Off, ..EngineConfig::default() };
        let words = |error: &casewright_engine_runtime::EngineError| error.to_string();
        let engine = Engine::start(node.journal.clone(), config, words, CancellationToken::new()).await.unwrap();
        let (router, _) = api_router(engine.clone(), node.access.clone());
        Self { engine, api: Caller::new(router.clone(), node.access), router, _folder: folder }
    }

    pub async fn get(&self, user: &str, path: &str) -> Answer {
        self.api.get(user, path).await
    }

    /// The items of a list.
    pub async fn items(&self, path: &str) -> Vec<Value> {
        self.get(DEVELOPER, path).await.expect(200).json()["items"].as_array().unwrap().clone()
    }

    pub async fn send(&self, user: &str, method: &str, path: &str, body: Value) -> Answer {
        let body = (!body.is_null()).then_some(body);
        self.api.send(user, method, path, &[], body).await
    }

    /// Deploys a process `p` with these elements and starts it; the path of the instance.
    pub async fn running(&self, inside: &str) -> String {
        self.deploy(inside).await;
        format!("/api/v1/process-instances/{}", self.start().await)
    }

    /// A version of `p`; its id.
    pub async fn deploy(&self, inside: &str) -> String {
        const BOUNDARY: &str = "boundaryOfTheTest";
        let model = format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
            targetNamespace="t"><process id="p" name="P" isExecutable="true" camunda:historyTimeToLive="30">{inside}</process>
            <message id="m" name="paid"/></definitions>"#
        );
        let mut body = String::new();
        write!(
            body,
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"p.bpmn\"; filename=\"p.bpmn\"\r\n\r\n{model}\r\n--{BOUNDARY}--\r\n"
        )
        .unwrap();
        let media = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = Request::post("/api/v1/deployments")
            .header("authorization", format!("Basic {}", BASE64.encode(format!("{DEVELOPER}:{PASSWORD}"))))
            .header("content-type", media)
            .body(Body::from(body))
            .unwrap();
        let answer = Answer::read(self.router.clone().oneshot(request).await.unwrap()).await.expect(201);
        answer.json()["definitions"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Starts the newest version of `p`.
    pub async fn start(&self) -> String {
        let newest = self.items("/api/v1/process-definitions?key=p&latest=true").await;
        let definition = self.engine.catalog().process(newest[0]["id"].as_str().unwrap()).unwrap();
        let mut start = StartInstance::new(self.engine.instances().new_prefix(), definition.id.clone());
        let root = start.prefix.root();
        start.business_key = Some("K-1".into());
        start.variables = vec![NewVariable::new("amount", Variable::Integer(5))];
        let by = By { user: Some(DEVELOPER.into()), groups: Vec::new(), is_job: false };
        self.engine.instances().start(&by, &definition, start).await.unwrap();
        root.to_string()
    }
}

/// What is told of an error: its status and its code.
pub fn told(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.code())
}
