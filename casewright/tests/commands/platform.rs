//! A platform of its own for a test, whose folder the command line is used beside.

use crate::support::{Finished, Server};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

pub(crate) struct Platform {
    server: Server,
    folder: tempfile::TempDir,
}

impl Platform {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { server: Server::new(folder.path()), folder }
    }

    /// At `localhost`, by a certificate that clients are told to trust.
    pub(crate) fn behind_tls(authority: &str) -> Self {
        let mut platform = Self::new();
        let authority = reqwest::Certificate::from_pem(authority.as_bytes()).unwrap();
        platform.server.http =
            Client::builder().timeout(Duration::from_secs(20)).tls_certs_only([authority]).build().unwrap();
        platform.server.base = format!("https://localhost:{}", platform.server.port());
        platform
    }

    /// Configures what is started from now on.
    pub(crate) fn set(&mut self, variable: &'static str, value: impl Into<OsString>) {
        self.server.set(variable, value);
    }

    /// What the command line keeps of sign-ins.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.folder.path().join("home/casewright/credentials.json")
    }

    pub(crate) fn base(&self) -> &str {
        &self.server.base
    }

    pub(crate) async fn start(&mut self, roles: &str) {
        self.server.start(&["--role", roles]).await;
    }

    /// Ends it at once, as a crash does: what it announced is left behind.
    pub(crate) fn stop(&mut self) {
        self.server.kill();
    }

    /// Starts a command that wants somebody to do something meanwhile.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        self.server.begin(arguments)
    }

    /// Runs a command with a line of standard input.
    pub(crate) fn run(&self, arguments: &[&str], line: &str) -> Finished {
        self.server.run(arguments, line)
    }

    /// The status that somebody is answered who asks for themselves.
    pub(crate) async fn signs_in(&self, user: &str, password: &str) -> StatusCode {
        let request = self.server.ask(Method::GET, "/api/v1/me").basic_auth(user, Some(password));
        request.send().await.unwrap().status()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.server.ask(Method::GET, path).basic_auth("root", Some("root-test-1"));
        request.send().await.unwrap().json().await.unwrap()
    }
}
