//! The platform as a process that can be killed, on ports that stay the same.

use crate::history::Answer;
use crate::support::Server;
use casewright_testkit::{free_address, free_port};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) struct Platform {
    server: Server,
    smtp_port: u16,
    /// The demo was loaded by an earlier start; loading it takes longer than all else at a start.
    is_loaded: bool,
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

    /// Sends it once. None: nobody listened, so it cannot have happened.
    pub(crate) async fn attempt(request: RequestBuilder) -> Option<Answer> {
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => return None,
            Err(_) => return Some(Answer::Unknown),
        };
        let status = answer.status();
        let Ok(text) = answer.text().await else { return Some(Answer::Unknown) };
        Some(if status.is_success() {
            match serde_json::from_str(&text) {
                Ok(body) => Answer::Taken(body),
                Err(_) if text.is_empty() => Answer::Taken(Value::Null),
                Err(_) => Answer::Unknown,
            }
        } else if status.is_client_error() {
            Answer::Refused(status.as_u16())
        } else {
            Answer::Unknown
        })
    }

    /// The answer, if there was one with a success.
    pub(crate) async fn send(request: RequestBuilder) -> Option<Value> {
        match Self::attempt(request).await {
            Some(Answer::Taken(body)) => Some(body),
            _ => None,
        }
    }

    /// Rows of a list that must be answered: at the end of a group nothing is killed any more.
    pub(crate) async fn rows(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await.unwrap_or_else(|| panic!("GET {path} was not answered"));
        answer.as_array().cloned().unwrap_or_else(|| panic!("GET {path} gave no list: {answer}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        Self::send(self.call(Method::GET, path)).await
    }
}

/// For a first answer, on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_secs(180);

/// What is deployed besides the demo.
const MODELS: [(&str, &str); 6] = [
    ("external.bpmn", include_str!("models/external.bpmn")),
    ("steps.bpmn", include_str!("models/steps.bpmn")),
    ("decision.bpmn", include_str!("models/decision.bpmn")),
    ("route.dmn", include_str!("models/route.dmn")),
    ("task.bpmn", include_str!("models/task.bpmn")),
    ("timer.bpmn", include_str!("models/timer.bpmn")),
];

/// The demo's mailbox, for starts that do not load the demo again.
const CONFIG: &str = r#"[[mail.mailboxes]]
address = "claims@harbor.example"
name = "Harbor Insurance Claims"
process = "email-to-case"
"#;

/// With SIGXFSZ ignored a limit on file size is an error of the write, as a full disk is.
const IGNORING_FILE_LIMITS: [&str; 3] = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""];

impl Platform {
    pub(crate) fn new(folder: &Path, relay: &str) -> Self {
        let (relay_host, relay_port) = relay.rsplit_once(':').unwrap();
        let config = folder.join("casewright.toml");
        std::fs::write(&config, CONFIG).unwrap();
        let smtp_port = free_port();
        let mut server = Server::new(folder).started_by(&IGNORING_FILE_LIMITS);
        server.http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        server.set("CASEWRIGHT_CONFIG", config);
        server.set("CASEWRIGHT_MAIL__SMTP_LISTEN", format!("127.0.0.1:{smtp_port}"));
        server.set("CASEWRIGHT_MAIL__RELAY__HOST", relay_host);
        server.set("CASEWRIGHT_MAIL__RELAY__PORT", relay_port);
        server.set("CASEWRIGHT_WORKERS__LOCK_SECONDS", "3");
        Self { server, smtp_port, is_loaded: false }
    }

    pub(crate) fn api(&self) -> Api {
        let smtp = ("127.0.0.1".to_owned(), self.smtp_port);
        Api { http: self.server.http.clone(), base: self.server.base.clone(), smtp }
    }

    pub(crate) fn journal_folder(&self) -> PathBuf {
        self.server.data().join("journal")
    }

    pub(crate) async fn start(&mut self) {
        let demo: &[&str] = if self.is_loaded { &[] } else { &["--demo"] };
        self.server.start(demo).await;
        self.is_loaded = true;
    }

    /// The first call of a user costs a password hash; later ones are known.
    pub(crate) async fn sign_in(&self) {
        let begin = Instant::now();
        while self.api().get("/engine-rest/process-definition/count").await.is_none() {
            assert!(begin.elapsed() < PATIENCE, "no call is answered");
        }
    }

    /// Starts a second one on the same folder, which must fail; why it did.
    pub(crate) fn start_beside(&self) -> String {
        let serve = ["serve", "--listen", &free_address(), "--smtp-listen", ""];
        self.server.run(&serve, "").failure()
    }

    /// The largest size of a file that the running process can write to, in bytes or `unlimited`.
    pub(crate) fn limit_files(&self, limit: &str) {
        let pid = self.server.id().to_string();
        let limit = format!("--fsize={limit}:unlimited");
        let status = Command::new("prlimit").args(["--pid", &pid, &limit]).status().expect("util-linux has prlimit");
        assert!(status.success(), "prlimit ended with {status}");
    }

    pub(crate) fn kill(&mut self) {
        self.server.kill();
    }

    pub(crate) fn stop(&mut self) {
        self.server.stop();
    }

    pub(crate) async fn deploy(&self) {
        let mut form = reqwest::multipart::Form::new().text("deployment-name", "kill");
        for (name, text) in MODELS {
            form = form.part(name, reqwest::multipart::Part::bytes(text.as_bytes()).file_name(name));
        }
        let request = self.api().call(Method::POST, "/engine-rest/deployment/create").multipart(form);
        Api::send(request).await.expect("the models deploy");
    }

    /// What `casewright verify` finds in the folder of a platform that is stopped; nothing when all is well.
    pub(crate) fn verify(&self) -> Option<String> {
        let verified = self.server.run(&["verify"], "");
        (!verified.output.status.success()).then(|| verified.said())
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(kept) = std::env::var_os("CASEWRIGHT_KILL_LOG")
            && let Err(error) = std::fs::write(&kept, self.server.log())
        {
            eprintln!("the log is not kept: {error}");
        }
    }
}
