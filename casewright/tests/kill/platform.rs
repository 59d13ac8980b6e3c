//! The platform as a process that can be killed, on ports that stay the same.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Platform {
    data: PathBuf,
    log: PathBuf,
    http_port: u16,
    smtp_port: u16,
    relay: String,
    child: Option<Child>,
    client: Api,
}

/// Ways in over HTTP, which outlive the process.
#[derive(Clone)]
pub(crate) struct Api {
    http: reqwest::Client,
    base: String,
    pub(crate) smtp: (String, u16),
}

impl Api {
    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).basic_auth("root", Some("rita-demo-1"))
    }

    /// The answer, if there was one with a success.
    pub(crate) async fn send(request: RequestBuilder) -> Option<Value> {
        let answer = request.send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let is_empty = answer.status() == StatusCode::NO_CONTENT;
        let text = answer.text().await.ok()?;
        if is_empty || text.is_empty() { Some(Value::Null) } else { serde_json::from_str(&text).ok() }
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        Self::send(self.call(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Option<Value> {
        Self::send(self.call(Method::POST, path).json(body)).await
    }
}

const TIMER_PROCESS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="kill" targetNamespace="https://casewright.example/kill">
  <bpmn:process id="kill-timer" isExecutable="true" camunda:historyTimeToLive="P1D">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work" />
    <bpmn:serviceTask id="work" camunda:type="external" camunda:topic="kill.work" />
    <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="pause" />
    <bpmn:intermediateCatchEvent id="pause">
      <bpmn:timerEventDefinition id="t"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="pause" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>
</bpmn:definitions>"#;

impl Platform {
    pub(crate) fn new(folder: &Path, relay: &str) -> Self {
        let http_port = free_port();
        let smtp_port = free_port();
        let http = reqwest_client();
        let base = format!("http://127.0.0.1:{http_port}");
        Self {
            data: folder.join("data"),
            log: folder.join("casewright.log"),
            http_port,
            smtp_port,
            relay: relay.to_owned(),
            child: None,
            client: Api { http, base, smtp: ("127.0.0.1".to_owned(), smtp_port) },
        }
    }

    pub(crate) fn api(&self) -> Api {
        self.client.clone()
    }

    pub(crate) fn journal_folder(&self) -> PathBuf {
        self.data.join("journal")
    }

    pub(crate) async fn start(&mut self) {
        let (relay_host, relay_port) = self.relay.rsplit_once(':').unwrap();
        let log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        // With SIGXFSZ ignored a limit on file size is an error of the write, as a full disk is.
        let child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_casewright")])
            .args(["serve", "--demo", "--listen", &format!("127.0.0.1:{}", self.http_port), "--data"])
            .arg(&self.data)
            .env("CASEWRIGHT_MAIL__SMTP_LISTEN", format!("127.0.0.1:{}", self.smtp_port))
            .env("CASEWRIGHT_MAIL__RELAY__HOST", relay_host)
            .env("CASEWRIGHT_MAIL__RELAY__PORT", relay_port)
            .env("CASEWRIGHT_WORKERS__LOCK_SECONDS", "3")
            .env("CASEWRIGHT_SERVER__LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        let begin = Instant::now();
        while self.client.get("/health/ready").await.is_none() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "casewright ended with {ended:?}:\n{}", self.last_words());
            assert!(begin.elapsed() < Duration::from_secs(60), "not ready within a minute:\n{}", self.last_words());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// The largest size of a file that the running process can write to, in bytes or `unlimited`.
    pub(crate) fn limit_files(&self, limit: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        let limit = format!("--fsize={limit}:unlimited");
        let status = Command::new("prlimit").args(["--pid", &pid, &limit]).status().expect("util-linux has prlimit");
        assert!(status.success(), "prlimit ended with {status}");
    }

    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub(crate) fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        assert!(child.wait().unwrap().success(), "casewright did not stop cleanly:\n{}", self.last_words());
    }

    pub(crate) async fn deploy_timer_process(&self) {
        let part = reqwest::multipart::Part::bytes(TIMER_PROCESS.as_bytes()).file_name("kill.bpmn");
        let form = reqwest::multipart::Form::new().text("deployment-name", "kill").part("kill.bpmn", part);
        let request = self.client.call(Method::POST, "/engine-rest/deployment/create").multipart(form);
        Api::send(request).await.expect("the process deploys");
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.kill());
            drop(child.wait());
        }
        if std::thread::panicking() {
            eprintln!("last lines of the platform's log:\n{}", self.last_words());
            if let Some(kept) = std::env::var_os("CASEWRIGHT_KILL_LOG") {
                drop(File::open(&self.log).map(|_| std::fs::copy(&self.log, kept)));
            }
        }
    }
}

fn reqwest_client() -> reqwest::Client {
    casewright_access::internal::install_tls();
    reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
