//! The room over HTTP in a temporary folder: a real journal, real passwords and tokens, a real listener.

#![allow(dead_code, unreachable_pub)]

pub mod minio;

use casewright_access::Access;
use casewright_client::install_tls;
use casewright_journal::ManualClock;
use casewright_service::{Shutdown, http};
use casewright_storage_api::{StorageConfig, StorageState};
use casewright_testkit::people::{self, ANNA, BEN, CARL};
use casewright_testkit::{Node, NodeSetup, PASSWORD};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
pub const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0";

pub struct Platform {
    pub state: StorageState,
    pub access: Access,
    pub clock: Arc<ManualClock>,
    pub base: String,
    pub client: reqwest::Client,
    config: StorageConfig,
    shutdown: Shutdown,
    server: JoinHandle<std::io::Result<()>>,
    dir: Option<tempfile::TempDir>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub body: Value,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// That it is a problem of this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.body["code"], code, "{}", answer.body);
        answer
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self, pointer: &str) -> String {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

impl Platform {
    /// On a folder.
    pub async fn open() -> Self {
        Self::open_with(StorageConfig::default()).await
    }

    pub async fn open_with(config: StorageConfig) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), config).await
    }

    /// With users anna and carl (case workers) and ben (supervisor).
    async fn open_in(dir: tempfile::TempDir, config: StorageConfig) -> Self {
        install_tls();
        let setup = NodeSetup { projectors: casewright_storage_api::projectors(), ..NodeSetup::default() };
        let Node { journal, access, clock } = Node::open(dir.path(), setup).await;
        people::register(&access, &[ANNA, BEN, CARL]).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut settings = config.clone();
        settings.folder = dir.path().join(&settings.folder);
        let state =
            StorageState::open(journal, access.clone(), settings, &base, b"a secret of the tests").await.unwrap();
        let (router, _) = casewright_storage_api::router(state.clone());
        let router = http::common_layers(router, &http::Layers { body_limit: 64 << 10, ..http::Layers::default() });
        let shutdown = Shutdown::new();
        let server = tokio::spawn(http::serve(listener, router, shutdown.clone()));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { state, access, clock, base, client, config, shutdown, server, dir: Some(dir) }
    }

    /// Everything is closed and opened again on the same folder.
    pub async fn restart(self) -> Self {
        let config = self.config.clone();
        self.restart_with(config).await
    }

    /// [`Platform::restart`] with other settings.
    pub async fn restart_with(mut self, config: StorageConfig) -> Self {
        self.shutdown.trigger();
        let Self { client, server, .. } = self;
        // Its connections would keep the listener draining.
        drop(client);
        server.await.unwrap().unwrap();
        self.state.journal.shutdown().await;
        let dir = self.dir.take().unwrap();
        Self::open_in(dir, config).await
    }

    pub fn data(&self) -> &Path {
        self.dir.as_ref().unwrap().path()
    }

    /// Files below the folder of the store.
    pub fn kept(&self) -> Vec<PathBuf> {
        files_below(&self.data().join("files"))
    }

    pub fn request(&self, user: &str, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if user.starts_with("system:") {
            return request.bearer_auth(self.access.service_token(user));
        }
        request.basic_auth(user, Some(PASSWORD))
    }

    pub async fn get(&self, user: &str, path: &str) -> Answer {
        send(self.request(user, Method::GET, path)).await
    }

    pub async fn post(&self, user: &str, path: &str, body: Value) -> Answer {
        send(self.request(user, Method::POST, path).json(&body)).await
    }

    pub async fn delete(&self, user: &str, path: &str) -> Answer {
        send(self.request(user, Method::DELETE, path)).await
    }

    pub async fn announce(&self, user: &str, name: &str, content_type: &str, size: usize) -> Answer {
        self.post(user, "/api/v1/files", json!({"name": name, "contentType": content_type, "size": size})).await
    }

    pub async fn announce_as(&self, user: &str, key: &str, body: &Value) -> Answer {
        send(self.request(user, Method::POST, "/api/v1/files").header("Idempotency-Key", key).json(body)).await
    }

    /// Puts bytes where an announcement says, as a client without a token does.
    pub async fn upload(&self, announced: &Answer, bytes: impl Into<reqwest::Body>) -> Answer {
        let mut request = self.client.put(announced.text("/upload/url")).body(bytes);
        for (name, value) in announced.body["upload"]["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        send(request).await
    }

    pub async fn complete(&self, user: &str, id: &str) -> Answer {
        self.post(user, &format!("/api/v1/files/{id}/complete"), json!({})).await
    }

    /// Announces, uploads and completes; the id.
    pub async fn store(&self, user: &str, name: &str, content_type: &str, bytes: &[u8]) -> String {
        let announced = self.announce(user, name, content_type, bytes.len()).await.expect(201);
        let uploaded = self.upload(&announced, bytes.to_vec()).await;
        assert!((200..300).contains(&uploaded.status), "{uploaded:?}");
        let id = announced.text("/id");
        let done = self.complete(user, &id).await.expect(200);
        assert_eq!(done.body["state"], "ready", "{}", done.body);
        id
    }

    pub async fn address(&self, user: &str, id: &str, disposition: &str) -> String {
        let path = format!("/api/v1/files/{id}/download?disposition={disposition}");
        self.get(user, &path).await.expect(200).text("/url")
    }

    /// Reads without a token.
    pub async fn fetch(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(request).await
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap().to_vec();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status, headers, bytes, body }
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}
