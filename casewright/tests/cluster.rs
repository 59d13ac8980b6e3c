//! Two processes on one MongoDB, when `CASEWRIGHT_TEST_MONGODB` names a server: the second starts, both answer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_testkit::free_port;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PASSWORD: &str = "root-test-1";

struct Node {
    child: Child,
    base: String,
    http: Client,
    log: std::path::PathBuf,
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn command(folder: &Path, uri: &str, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casewright"));
    command
        .env("CASEWRIGHT_SERVER__DATA", folder)
        .env("CASEWRIGHT_ACCESS__KEY_FILE", folder.with_file_name("access.key"))
        .env("CASEWRIGHT_JOURNAL__STORE", "mongodb")
        .env("CASEWRIGHT_JOURNAL__URI", format!("{uri}&maxPoolSize=4"))
        .env("CASEWRIGHT_JOURNAL__DATABASE", database);
    command
}

impl Node {
    async fn start(folder: &Path, uri: &str, database: &str) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let log = folder.join("log");
        let file = std::fs::File::create(&log).unwrap();
        let child = command(folder, uri, database)
            .args(["serve", "--role", "engine,access,case-api,publishers", "--listen", &address])
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let http = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        let mut node = Self { child, base: format!("http://{address}"), http, log };
        let begin = Instant::now();
        while !node.is_ready().await {
            let ended = node.child.try_wait().unwrap();
            assert!(ended.is_none() && begin.elapsed() < Duration::from_secs(120), "{ended:?}:\n{}", node.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        node
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    async fn is_ready(&self) -> bool {
        let answer = self.http.get(format!("{}/health/ready", self.base)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).basic_auth("root", Some(PASSWORD));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }
}

/// A definition of cases without processes.
fn definition() -> Value {
    json!({
        "name": "Note", "caseNumberPrefix": "NOT", "stages": [{"id": "only", "name": "Only"}],
        "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "closed", "name": "Closed", "kind": "closed"}],
        "fields": [], "processes": [], "queues": []
    })
}

/// Makes a case at whichever node may: the shard of a new case belongs to one of them.
async fn new_case(nodes: &[&Node], title: &str) {
    let begin = Instant::now();
    loop {
        for node in nodes {
            let body = json!({"definition": "note", "title": title});
            if node.call(Method::POST, "/api/v1/cases", Some(body)).await.0 == 201 {
                return;
            }
        }
        let said: Vec<String> = nodes.iter().map(|node| node.said()).collect();
        assert!(begin.elapsed() < Duration::from_secs(60), "nobody made the case:\n{}", said.join("\n---\n"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_starts_on_the_same_store_and_both_answer() {
    let Ok(uri) = std::env::var("CASEWRIGHT_TEST_MONGODB") else {
        eprintln!("SKIPPED: set CASEWRIGHT_TEST_MONGODB=mongodb://... to run this on MongoDB");
        return;
    };
    casewright_client::install_tls();
    let folder = tempfile::tempdir().unwrap();
    let database = format!("test-cluster-{}", std::process::id());
    let mut child = command(&folder.path().join("one"), &uri, &database)
        .args(["user", "set", "root", "--email", "root@example.org", "--role", "admin"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());

    // One process with a small pool: it used to stand still for good after some twenty cases.
    let one = Node::start(&folder.path().join("one"), &uri, &database).await;
    let put = one.call(Method::PUT, "/api/v1/case-definitions/note", Some(definition())).await;
    assert!(matches!(put.0, 200 | 201), "{put:?}");
    for n in 0..40 {
        new_case(&[&one], &format!("case {n}")).await;
    }
    let two = Node::start(&folder.path().join("two"), &uri, &database).await;
    for node in [&one, &two] {
        assert_eq!(node.call(Method::GET, "/api/v1/me", None).await.1["id"], "root", "signed by either's keys");
        let (status, page) = node.call(Method::GET, "/api/v1/cases?limit=100", None).await;
        assert_eq!((status, page["items"].as_array().map(Vec::len)), (200, Some(40)), "{page}");
        assert_eq!(node.call(Method::GET, "/engine-rest/process-instance/count", None).await.1["count"], 0);
    }
    // And both are seen by both, whoever writes.
    new_case(&[&two, &one], "one more").await;
    for node in [&one, &two] {
        let (_, page) = node.call(Method::GET, "/api/v1/cases?limit=100", None).await;
        let said = || format!("{}\n---\n{}", one.said(), two.said());
        assert_eq!(page["items"].as_array().map(Vec::len), Some(41), "{page}\n{}", said());
    }
}
