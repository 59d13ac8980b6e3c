//! A platform of its own for a test, and the command line as a person uses it.

use casewright_testkit::free_port;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::future::Future;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const USER: &str = "root";
const PASSWORD: &str = "olga-test-1";

pub(crate) struct Server {
    folder: tempfile::TempDir,
    child: Child,
    base: String,
    http: Client,
}

/// What a command printed.
pub(crate) struct Finished {
    output: Output,
    command: String,
}

impl Finished {
    /// Standard output and error of a command that succeeded.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        let text = self.text();
        assert!(self.output.status.success(), "{}:\n{text}", self.command);
        text
    }

    #[track_caller]
    pub(crate) fn failure(self) -> String {
        let text = self.text();
        assert!(!self.output.status.success(), "{}:\n{text}", self.command);
        text
    }

    fn text(&self) -> String {
        let parts = [&self.output.stdout, &self.output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        parts.concat()
    }
}

fn casewright() -> Command {
    Command::new(env!("CARGO_BIN_EXE_casewright"))
}

impl Server {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        add_user(&data);
        let address = format!("127.0.0.1:{}", free_port());
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = casewright()
            .args(["serve", "--role", "engine,access", "--listen", &address, "--data"])
            .arg(&data)
            .env("CASEWRIGHT_SERVER__LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        casewright_client::install_tls();
        let http = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let server = Self { folder, child, base: format!("http://{address}"), http };
        server.until("the server is ready", || async { server.is_ready().await }).await;
        server
    }

    async fn is_ready(&self) -> bool {
        let answer = self.http.get(format!("{}/health/ready", self.base)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Waits on a condition, for a minute at most.
    pub(crate) async fn until<F: Future<Output = bool>>(&self, what: &str, is_so: impl Fn() -> F) {
        let begin = Instant::now();
        while !is_so().await {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begin.elapsed() < Duration::from_secs(60), "waited a minute until {what}:\n{log}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        let mut command = casewright();
        command.args(arguments).args(["--url", &self.base, "--user", USER, "--password", PASSWORD]);
        let output = command.stdin(Stdio::null()).output().unwrap();
        Finished { output, command: arguments.join(" ") }
    }

    /// The JSON that a command prints.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        let text = self.run(&all).success();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}: {text}", all.join(" ")))
    }

    #[track_caller]
    pub(crate) fn deploy(&self, name: &str, model: &str, options: &[&str]) -> String {
        let file: PathBuf = self.folder.path().join(name);
        std::fs::write(&file, model).unwrap();
        let mut arguments = vec!["deploy", file.to_str().unwrap()];
        arguments.extend(options);
        self.run(&arguments).success()
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.http.request(method, format!("{}/engine-rest{path}", self.base));
        request = request.basic_auth(USER, Some(PASSWORD));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub(crate) async fn start_instance(&self, key: &str, business_key: &str) -> String {
        let path = format!("/process-definition/key/{key}/start");
        let started = self.call(Method::POST, &path, Some(json!({"businessKey": business_key}))).await;
        started["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn start_with(&self, key: &str, variables: Value) -> String {
        let path = format!("/process-definition/key/{key}/start");
        let started = self.call(Method::POST, &path, Some(json!({"variables": variables}))).await;
        started["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn variable(&self, instance: &str, name: &str) -> Value {
        let path = format!("/process-instance/{instance}/variables/{name}");
        self.call(Method::GET, &path, None).await["value"].clone()
    }

    pub(crate) async fn messages_of_incidents(&self, instance: &str) -> Vec<String> {
        let incidents = self.call(Method::GET, &format!("/incident?processInstanceId={instance}"), None).await;
        let told = incidents.as_array().unwrap().iter().map(|one| one["incidentMessage"].as_str().unwrap().to_owned());
        told.collect()
    }

    /// Processes that it has for scripts at the moment.
    pub(crate) fn sandboxes(&self) -> Vec<Pid> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        // A thread that has ended has no children to tell.
        let of_task =
            |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        let of_tasks: Vec<String> = tasks.map(|task| of_task(task.unwrap())).collect();
        of_tasks.iter().flat_map(|ids| ids.split_whitespace()).map(|id| Pid::from_raw(id.parse().unwrap())).collect()
    }

    /// Lets them do nothing any more; one may have ended since it was seen.
    pub(crate) fn stop_sandboxes(&self) {
        for process in self.sandboxes() {
            let stopped = kill(process, Signal::SIGSTOP);
            assert!(matches!(stopped, Ok(()) | Err(Errno::ESRCH)), "{stopped:?}");
        }
    }

    async fn count(&self, path: &str) -> usize {
        self.call(Method::GET, path, None).await.as_array().unwrap().len()
    }

    pub(crate) async fn incidents(&self, instance: &str) -> usize {
        self.count(&format!("/incident?processInstanceId={instance}")).await
    }

    pub(crate) async fn is_at(&self, instance: &str, task: &str) -> bool {
        self.count(&format!("/task?processInstanceId={instance}&taskDefinitionKey={task}")).await == 1
    }

    pub(crate) async fn is_running(&self, instance: &str) -> bool {
        self.count(&format!("/process-instance?processInstanceIds={instance}")).await == 1
    }

    pub(crate) async fn set_variable(&self, instance: &str, name: &str, value: Value) {
        let path = format!("/process-instance/{instance}/variables/{name}");
        self.call(Method::PUT, &path, Some(json!({"value": value}))).await;
    }

    /// Completes the only external task of a topic; says the instance it was of.
    pub(crate) async fn work(&self, topic: &str) -> String {
        let topics = json!([{"topicName": topic, "lockDuration": 60_000}]);
        let body = json!({"workerId": "test", "maxTasks": 2, "topics": topics});
        let fetched = self.call(Method::POST, "/external-task/fetchAndLock", Some(body)).await;
        assert_eq!(fetched.as_array().unwrap().len(), 1, "{fetched}");
        let id = fetched[0]["id"].as_str().unwrap();
        let path = format!("/external-task/{id}/complete");
        self.call(Method::POST, &path, Some(json!({"workerId": "test"}))).await;
        fetched[0]["processInstanceId"].as_str().unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn add_user(data: &std::path::Path) {
    use std::io::Write;
    let mut child = casewright()
        .args(["user", "set", USER, "--email", "root@example.org", "--role", "admin"])
        .env("CASEWRIGHT_SERVER__DATA", data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}
