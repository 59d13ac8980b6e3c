//! A platform of its own for a test, and the command line as a person uses it.

use crate::support::{self, Finished};
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::Method;
use serde_json::{Value, json};
use std::future::Future;
use std::path::PathBuf;

const USER: &str = "root";
const PASSWORD: &str = "olga-test-1";

pub(crate) struct Server {
    own: support::Server,
    folder: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut own = support::Server::new(folder.path());
        let set = ["user", "set", USER, "--email", "root@example.org", "--role", "admin", "--lasting"];
        own.run(&set, PASSWORD).success();
        own.start(&["--role", "engine,access"]).await;
        Self { own, folder }
    }

    /// Waits on a condition, for a minute at most.
    pub(crate) async fn until<F: Future<Output = bool>>(&self, what: &str, is_so: impl Fn() -> F) {
        self.own.until(what, || async { is_so().await.then_some(()) }).await;
    }

    /// Runs a command from elsewhere.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        let here = ["--url", &self.own.base, "--user", USER, "--password", PASSWORD];
        self.own.run(&[arguments, &here].concat(), "")
    }

    /// The JSON that a command prints.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        let text = self.run(&all).success();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}: {text}", all.join(" ")))
    }

    /// Deploys a model; all that is said to it.
    #[track_caller]
    pub(crate) fn deploy(&self, name: &str, model: &str, options: &[&str]) -> String {
        let file: PathBuf = self.folder.path().join(name);
        std::fs::write(&file, model).unwrap();
        let mut arguments = vec!["deploy", file.to_str().unwrap()];
        arguments.extend(options);
        let deployed = self.run(&arguments);
        let said = deployed.said();
        deployed.success();
        said
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.own.ask(method, &format!("/engine-rest{path}"));
        let mut request = request.basic_auth(USER, Some(PASSWORD));
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
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.own.id())).unwrap();
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
