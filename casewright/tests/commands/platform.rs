//! A platform of its own for a test, and the commands of its data folder.

use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub(crate) fn casewright() -> Command {
    Command::new(env!("CARGO_BIN_EXE_casewright"))
}

pub(crate) struct Platform {
    folder: tempfile::TempDir,
    address: String,
    base: String,
    child: Option<Child>,
    settings: Vec<(&'static str, String)>,
    http: Client,
}

/// What a command printed.
pub(crate) struct Finished(pub(crate) Output);

impl Finished {
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert!(self.0.status.success(), "{}", String::from_utf8_lossy(&self.0.stderr));
        String::from_utf8(self.0.stdout).unwrap()
    }

    /// What it complained of.
    #[track_caller]
    pub(crate) fn failure(self) -> String {
        assert_eq!(self.0.status.code(), Some(1));
        String::from_utf8(self.0.stderr).unwrap()
    }
}

impl Platform {
    pub(crate) fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        casewright_client::install_tls();
        let http = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let address = format!("127.0.0.1:{port}");
        let base = format!("http://{address}");
        Self { folder: tempfile::tempdir().unwrap(), address, base, child: None, settings: Vec::new(), http }
    }

    /// On a port of `localhost`, by a certificate that clients are told to trust.
    pub(crate) fn behind_tls(port: u16, authority: &str) -> Self {
        casewright_client::install_tls();
        let authority = reqwest::Certificate::from_pem(authority.as_bytes()).unwrap();
        let http = Client::builder().timeout(Duration::from_secs(20)).tls_certs_only([authority]).build().unwrap();
        let mut platform = Self::new();
        platform.address = format!("127.0.0.1:{port}");
        platform.base = format!("https://localhost:{port}");
        platform.http = http;
        platform
    }

    /// Configures what is started from now on.
    pub(crate) fn set(&mut self, variable: &'static str, value: impl Into<String>) {
        self.settings.push((variable, value.into()));
    }

    /// What the command line keeps of sign-ins.
    pub(crate) fn credentials(&self) -> std::path::PathBuf {
        self.folder.path().join("home/casewright/credentials.json")
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    fn command(&self) -> Command {
        let mut command = casewright();
        command.env("CASEWRIGHT_SERVER__DATA", self.folder.path().join("data")).env("RUST_BACKTRACE", "1");
        // Where sign-ins of the command line are kept.
        command.env("XDG_CONFIG_HOME", self.folder.path().join("home"));
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) async fn start(&mut self, roles: &str) {
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let mut command = self.command();
        command.args(["serve", "--role", roles, "--listen", &self.address]).stdin(Stdio::null());
        self.child = Some(command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap());
        let (begin, ready) = (Instant::now(), format!("{}/health/ready", self.base));
        while !self.http.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begin.elapsed() < Duration::from_secs(60), "not ready:\n{log}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Ends it at once, as a crash does: what it announced is left behind.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts a command that wants somebody to do something meanwhile.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Runs a command with a line of standard input.
    pub(crate) fn run(&self, arguments: &[&str], line: &str) -> Finished {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
        Finished(child.wait_with_output().unwrap())
    }

    /// The status that somebody is answered who asks for themselves.
    pub(crate) async fn signs_in(&self, user: &str, password: &str) -> StatusCode {
        let request = self.http.get(format!("{}/api/v1/me", self.base)).basic_auth(user, Some(password));
        request.send().await.unwrap().status()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.base)).basic_auth("root", Some("root-test-1"));
        request.send().await.unwrap().json().await.unwrap()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.stop();
    }
}
