//! An engine in memory, asked over its router: no port, no sleep, a clock that stands still unless it is moved.

use axum::Router;
use axum::body::Body;
use casewright_access::accounts::Accounts;
use casewright_engine_rest::{EngineRestAuth, engine_rest_router, sentence};
use casewright_engine_runtime::{Caller, ConformanceClock, Engine, EngineConfig, HistoryConfig, JobExecutor};
use casewright_engine_views::{HistoryLevel, projectors_at};
use casewright_journal::{Journal, JournalConfig, Projector, StoreConfig};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub(crate) struct App {
    router: Router,
    clock: Arc<ConformanceClock>,
    now: Timestamp,
    pub(crate) engine: Engine,
    pub(crate) journal: Journal,
}

impl App {
    /// Jobs run only when a test executes them.
    pub(crate) async fn start() -> Self {
        Self::start_with(JobExecutor::Off).await
    }

    pub(crate) async fn start_with(job_executor: JobExecutor) -> Self {
        Self::start_keeping(job_executor, HistoryConfig::default()).await
    }

    pub(crate) async fn start_keeping(job_executor: JobExecutor, history: HistoryConfig) -> Self {
        Self::start_on(StoreConfig::MemorySqlite, job_executor, history).await
    }

    /// On a store that a restart finds again.
    pub(crate) async fn start_on(store: StoreConfig, job_executor: JobExecutor, history: HistoryConfig) -> Self {
        let settings = EngineConfig { job_executor, history, ..EngineConfig::default() };
        Self::start_with_settings(store, settings).await
    }

    pub(crate) async fn start_configured(settings: EngineConfig) -> Self {
        Self::start_with_settings(StoreConfig::MemorySqlite, settings).await
    }

    async fn start_with_settings(store: StoreConfig, settings: EngineConfig) -> Self {
        let clock = Arc::new(ConformanceClock::default());
        let now: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        clock.set(Some(now));
        let mut config = JournalConfig::new(store);
        config.clock = Arc::<ConformanceClock>::clone(&clock);
        let journal = Journal::open(config, Self::projectors(settings.history.level)).await.unwrap();
        let engine = Engine::start(journal.clone(), settings, sentence, CancellationToken::new()).await.unwrap();
        let open = EngineRestAuth::Open(Accounts::ephemeral(journal.clone()));
        let router = engine_rest_router(engine.clone(), open);
        Self { router, clock, now, engine, journal }
    }

    fn projectors(level: HistoryLevel) -> Vec<Arc<dyn Projector>> {
        let mut all = projectors_at(level);
        all.extend(casewright_access::projectors());
        all
    }

    pub(crate) fn advance_hours(&mut self, hours: i64) {
        self.now = self.now.checked_add(hours.hours()).unwrap();
        self.clock.set(Some(self.now));
    }

    /// Signs a user in for a call; nobody is by default.
    pub(crate) async fn call_as(&self, user: &str, method: &str, path: &str, body: Json) -> (StatusCode, Json) {
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        let caller = Caller { user: Some(user.into()), ..Caller::default() };
        request = request.extension(caller);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Json) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Json::Null))
    }

    /// The whole answer to a request as it is, with its headers and its text.
    pub(crate) async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Deploys one file as its bytes are.
    pub(crate) async fn deploy_file(&self, name: &str, bytes: &[u8]) -> (StatusCode, Json) {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\n{name}\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let media = [("content-type", "multipart/form-data; boundary=b")];
        let (status, _, text) = self.raw("POST", "/deployment/create", &media, body).await;
        (status, serde_json::from_str(&text).unwrap_or(Json::Null))
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Json) -> (StatusCode, Json) {
        let request = Request::builder().method(method).uri(path);
        let request = if body.is_null() {
            request.body(Body::empty()).unwrap()
        } else {
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
        };
        self.send(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Json {
        let (status, body) = self.call("GET", path, Json::Null).await;
        assert_eq!(status, StatusCode::OK, "GET {path}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: Json) -> Json {
        let (status, answer) = self.call("POST", path, body).await;
        assert!(status.is_success(), "POST {path}: {status} {answer}");
        answer
    }

    pub(crate) async fn count(&self, path: &str) -> i64 {
        self.get(path).await["count"].as_i64().unwrap()
    }

    /// Deploys a process; says the id of its definition.
    pub(crate) async fn deploy(&self, process: &str) -> String {
        let answer = self.deploy_with(process, "").await;
        let definitions = answer["deployedProcessDefinitions"].as_object().unwrap();
        definitions.keys().next().unwrap().clone()
    }

    /// Deploys a process with further parts of the definitions; the whole answer.
    pub(crate) async fn deploy_with(&self, process: &str, parts: &str) -> Json {
        let xml = format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">{process}</definitions>"#
        );
        let body = format!(
            "{parts}--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"p.bpmn\"\r\n\r\n{xml}\r\n--b--\r\n"
        );
        let request = Request::builder()
            .method("POST")
            .uri("/deployment/create")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .unwrap();
        let (status, answer) = self.send(request).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    /// Starts an instance; says its id.
    pub(crate) async fn start_instance(&self, definition: &str, variables: Json) -> String {
        let body = json!({"variables": variables, "businessKey": "bk"});
        let answer = self.post(&format!("/process-definition/{definition}/start"), body).await;
        answer["id"].as_str().unwrap().to_owned()
    }

    /// The only task of an instance.
    pub(crate) async fn task(&self, instance: &str) -> Json {
        let tasks = self.get(&format!("/task?processInstanceId={instance}")).await;
        assert_eq!(tasks.as_array().map(Vec::len), Some(1), "{tasks}");
        tasks[0].clone()
    }

    pub(crate) async fn complete(&self, task: &Json) {
        let id = task["id"].as_str().unwrap();
        self.post(&format!("/task/{id}/complete"), json!({})).await;
    }

    /// Runs the jobs of a job definition, in the order the list has them.
    pub(crate) async fn run_jobs(&self, definition: &Json) -> usize {
        let definition = definition.as_str().unwrap();
        let jobs = self.get(&format!("/job?jobDefinitionId={definition}")).await;
        let jobs = jobs.as_array().unwrap();
        for job in jobs {
            let id = job["id"].as_str().unwrap();
            self.post(&format!("/job/{id}/execute"), json!({})).await;
        }
        jobs.len()
    }

    /// Seeds a batch and runs its execution jobs.
    pub(crate) async fn run_batch(&self, batch: &Json) {
        assert_eq!(self.run_jobs(&batch["seedJobDefinitionId"]).await, 1);
        assert_eq!(self.run_jobs(&batch["batchJobDefinitionId"]).await as i64, batch["totalJobs"].as_i64().unwrap());
    }
}

pub(crate) fn text(value: &Json) -> &str {
    value.as_str().unwrap()
}
