//! The platform that the workers work for, with an account for those that know HTTP Basic and a machine client for those that take a
//! token; and its REST API as the judge of what they did.

use crate::build;
use crate::process::{Server, answers, free_port, run, target};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const USER: &str = "worker";
const PASSWORD: &str = "a worker does its work";
const MACHINE: &str = "system:worker";
/// Who deploys, and looks at what the workers did.
const JUDGE: &str = "system:judge";
const SECRET: &str = "a machine keeps its secret";

/// A running platform.
pub(crate) struct Platform {
    _server: Server,
    url: String,
    token: String,
    judge: String,
    agent: ureq::Agent,
}

impl Platform {
    /// Starts an empty one with the processes of the folder.
    pub(crate) fn start(sources: &Path) -> Result<Self> {
        let binary = build::binary(false)?;
        let data = target().join("clients-data");
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        std::fs::create_dir_all(&data)?;
        let listen = format!("127.0.0.1:{}", free_port()?);
        let config = configuration(&data, &listen)?;
        create_user(&binary, &config)?;
        let mut serve = Command::new(&binary);
        serve.arg("--config").arg(&config).arg("serve");
        let mut server = Server::start("casewright", &mut serve, Some(&target().join("clients-platform.log")))?;
        let url = format!("http://{listen}");
        let ready = format!("{url}/health/ready");
        server.wait_until(Duration::from_secs(60), || answers(&ready))?;
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .build()
            .into();
        let judge = token(&agent, &url, JUDGE)?;
        let token = token(&agent, &url, MACHINE)?;
        let mut deploy = Command::new(&binary);
        deploy.arg("deploy").arg(sources.join("clients.bpmn"));
        run(deploy.env("CASEWRIGHT_URL", &url).env("CASEWRIGHT_TOKEN", &judge))?;
        Ok(Self { _server: server, url, token, judge, agent })
    }

    /// Tells a worker where the platform is and who it may say it is.
    pub(crate) fn introduce(&self, worker: &mut Command) {
        worker.env("CASEWRIGHT_URL", &self.url).env("CASEWRIGHT_TOKEN", &self.token);
        worker.env("CASEWRIGHT_USER", USER).env("CASEWRIGHT_PASSWORD", PASSWORD);
    }

    /// `GET /engine-rest<path>`.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        let request = self.agent.get(format!("{}/engine-rest{path}", self.url));
        let answer = request.header("Authorization", format!("Bearer {}", self.judge)).call()?;
        read(answer).with_context(|| format!("GET {path}"))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.agent.post(format!("{}/engine-rest{path}", self.url));
        let answer = request.header("Authorization", format!("Bearer {}", self.judge)).send_json(body)?;
        read(answer).with_context(|| format!("POST {path}"))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.agent.put(format!("{}/engine-rest{path}", self.url));
        let answer = request.header("Authorization", format!("Bearer {}", self.judge)).send_json(body)?;
        read(answer).with_context(|| format!("PUT {path}"))
    }

    /// How many requests of workers were answered so far.
    pub(crate) fn fetches(&self) -> Result<u64> {
        let text = self.agent.get(format!("{}/metrics", self.url)).call()?.body_mut().read_to_string()?;
        let counts = text
            .lines()
            .filter(|line| {
                line.starts_with("casewright_http_requests_total") && line.contains("/external-task/fetchAndLock")
            })
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        Ok(counts.sum())
    }
}

fn configuration(data: &Path, listen: &str) -> Result<PathBuf> {
    let path = data.join("casewright.toml");
    let policies = data.join("policies");
    std::fs::create_dir_all(&policies)?;
    let judge = format!("package casewright.local\nimport rego.v1\nallow if input.subject.id == \"{JUDGE}\"\n");
    std::fs::write(policies.join("judge.rego"), judge)?;
    let clients = [MACHINE, JUDGE].map(|id| format!("[[access.clients]]\nid = \"{id}\"\nsecret = \"{SECRET}\"\n"));
    let text = format!(
        "[server]\nlisten = \"{listen}\"\ndata = {data:?}\n\n[access]\naccess_token_seconds = 3600\n\
         policies = {policies:?}\n\n{}",
        clients.join("\n")
    );
    std::fs::write(&path, text)?;
    Ok(path)
}

fn create_user(binary: &Path, config: &Path) -> Result<()> {
    let mut command = Command::new(binary);
    command.arg("--config").arg(config).args(["user", "set", USER, "--email", "worker@casewright.example"]);
    command.args(["--lasting", "--role", "process-developer"]).stdin(Stdio::piped());
    let mut child = command.spawn().context("starting casewright user set")?;
    let mut input = child.stdin.take().context("the command takes a password")?;
    writeln!(input, "{PASSWORD}")?;
    drop(input);
    let status = child.wait()?;
    if !status.success() {
        bail!("casewright user set ended with {status}");
    }
    Ok(())
}

/// As any machine client gets one from the built-in issuer.
fn token(agent: &ureq::Agent, url: &str, client: &str) -> Result<String> {
    let form = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", SECRET)];
    let answer = read(agent.post(format!("{url}/auth/token")).send_form(form)?).context("getting a token")?;
    answer["access_token"].as_str().map(str::to_owned).with_context(|| format!("no token in {answer}"))
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Result<Value> {
    let status = answer.status();
    let text = answer.body_mut().read_to_string()?;
    if !status.is_success() {
        bail!("{status}: {text}");
    }
    if text.is_empty() {
        return Ok(json!(null));
    }
    Ok(serde_json::from_str(&text)?)
}
