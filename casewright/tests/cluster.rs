//! Two processes on one MongoDB, when `CASEWRIGHT_TEST_MONGODB` names a server: the second starts, both answer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use support::Server;

const PASSWORD: &str = "root-test-1";

struct Node {
    server: Server,
}

impl Node {
    fn new(folder: &Path, name: &str, uri: &str, database: &str) -> Self {
        let mut server = Server::new(&folder.join(name));
        server.set("CASEWRIGHT_ACCESS__KEY_FILE", folder.join("access.key"));
        server.set("CASEWRIGHT_JOURNAL__STORE", "mongodb");
        server.set("CASEWRIGHT_JOURNAL__URI", format!("{uri}&maxPoolSize=4"));
        server.set("CASEWRIGHT_JOURNAL__DATABASE", database);
        Self { server }
    }

    async fn start(&mut self) {
        self.server.start(&["--role", "engine,access,case-api,publishers"]).await;
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.server.ask(method, path).basic_auth("root", Some(PASSWORD));
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
        let said: Vec<String> = nodes.iter().map(|node| node.server.log()).collect();
        assert!(begin.elapsed() < Duration::from_secs(60), "nobody made the case:\n{}", said.join("\n---\n"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_starts_on_the_same_store_and_both_answer() {
    let Ok(uri) = std::env::var("CASEWRIGHT_TEST_MONGODB") else {
        eprintln!("SKIPPED: set CASEWRIGHT_TEST_MONGODB=mongodb://... to run this on MongoDB");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let database = format!("test-cluster-{}", std::process::id());
    let mut one = Node::new(folder.path(), "one", &uri, &database);
    let set = ["user", "set", "root", "--email", "root@example.org", "--role", "admin", "--lasting"];
    one.server.run(&set, PASSWORD).success();

    // One process with a small pool: it used to stand still for good after some twenty cases.
    one.start().await;
    let put = one.call(Method::PUT, "/api/v1/case-definitions/note", Some(definition())).await;
    assert!(matches!(put.0, 200 | 201), "{put:?}");
    for n in 0..40 {
        new_case(&[&one], &format!("case {n}")).await;
    }
    let mut two = Node::new(folder.path(), "two", &uri, &database);
    two.start().await;
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
        let said = || format!("{}\n---\n{}", one.server.log(), two.server.log());
        assert_eq!(page["items"].as_array().map(Vec::len), Some(41), "{page}\n{}", said());
    }
}
