//! The platform as a process that can be killed, on ports that stay the same.

use crate::history::Answer;
use casewright_testkit::free_port;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Platform {
    data: PathBuf,
    log: PathBuf,
    http_port: u16,
    smtp_port: u16,
    relay: String,
    /// The demo was loaded by an earlier start; loading it takes longer than all else at a start.
    is_loaded: bool,
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

/// For a start, or a first answer, on a machine that does other things, too.
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
            is_loaded: false,
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
        let config = self.data.with_extension("toml");
        std::fs::write(&config, CONFIG).unwrap();
        // With SIGXFSZ ignored a limit on file size is an error of the write, as a full disk is.
        let child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_casewright")])
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.http_port), "--data"])
            .arg(&self.data)
            .args((!self.is_loaded).then_some("--demo"))
            .env("CASEWRIGHT_CONFIG", config)
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
            assert!(begin.elapsed() < PATIENCE, "not ready:\n{}", self.last_words());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        self.is_loaded = true;
    }

    /// The first call of a user costs a password hash; later ones are known.
    pub(crate) async fn sign_in(&self) {
        let begin = Instant::now();
        while self.client.get("/engine-rest/process-definition/count").await.is_none() {
            assert!(begin.elapsed() < PATIENCE, "no call is answered:\n{}", self.last_words());
        }
    }

    /// Starts a second one on the same folder, which must fail; why it did.
    pub(crate) fn start_beside(&self) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_casewright"))
            .args(["serve", "--listen", &format!("127.0.0.1:{}", free_port()), "--data"])
            .arg(&self.data)
            .env("CASEWRIGHT_MAIL__SMTP_LISTEN", "")
            .output()
            .unwrap();
        assert!(!output.status.success(), "a second process has the same folder");
        String::from_utf8_lossy(&output.stderr).into_owned()
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

    pub(crate) async fn deploy(&self) {
        let mut form = reqwest::multipart::Form::new().text("deployment-name", "kill");
        for (name, text) in MODELS {
            form = form.part(name, reqwest::multipart::Part::bytes(text.as_bytes()).file_name(name));
        }
        let request = self.client.call(Method::POST, "/engine-rest/deployment/create").multipart(form);
        Api::send(request).await.expect("the models deploy");
    }

    /// What `casewright verify` finds in the folder of a platform that is stopped; nothing when all is well.
    pub(crate) fn verify(&self) -> Option<String> {
        let output = Command::new(env!("CARGO_BIN_EXE_casewright"))
            .arg("verify")
            .arg("--data")
            .arg(&self.data)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (!output.status.success()).then(|| format!("{}{}", text(&output.stdout), text(&output.stderr)))
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
    casewright_client::install_tls();
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}
