//! Whether a process says that it is ready: without what it can do without, and when it is about to stop. As a proxy asks, and by the command
//! that asks it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::free_address;
use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::Server;

async fn ready(server: &Server) -> (u16, Value) {
    let answer = server.ask(Method::GET, "/health/ready").send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_kafka_it_starts_serves_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::new(folder.path());
    server.set("CASEWRIGHT_BUS__KIND", "kafka");
    server.set("CASEWRIGHT_BUS__BROKERS", free_address());
    // Waits until it is ready.
    server.start(&["--role", "engine,access,publishers"]).await;
    let (status, told) = ready(&server).await;
    assert_eq!(
        (status, &told["status"], &told["checks"]["bus"]["status"]),
        (200, &json!("up"), &json!("down")),
        "{told}"
    );
    assert!(told["checks"]["bus"]["reason"].as_str().unwrap().contains("Kafka"), "{told}");
    let metrics = server.ask(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    for line in ["casewright_check_up{check=\"bus\"} 0", "casewright_check_up{check=\"journal\"} 1"] {
        assert!(metrics.lines().any(|told| told == line), "{line} is not in:\n{metrics}");
    }
    assert_eq!(server.ask(Method::GET, "/engine-rest/version").send().await.unwrap().status(), 401, "it serves");
    let said = server.run(&["health"], "").success();
    assert!(said.starts_with("ready, without bus (") && said.lines().count() == 1, "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_it_serves_on_and_sends_everybody_elsewhere_and_asked_twice_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::new(folder.path());
    server.set("CASEWRIGHT_SERVER__DRAIN_SECONDS", "3600");
    // Where the command looks once there is no process that says where it is.
    let address = format!("127.0.0.1:{}", server.port());
    server.set("CASEWRIGHT_SERVER__LISTEN", address);
    server.start(&["--role", "engine,access", "--engine-rest-auth", "none"]).await;
    assert_eq!(server.run(&["health"], "").success(), "ready\n");
    let fetch = server.ask(Method::POST, "/engine-rest/external-task/fetchAndLock").json(&json!({
        "workerId": "w", "maxTasks": 1, "asyncResponseTimeout": 600_000,
        "topics": [{"topicName": "pack", "lockDuration": 10_000}],
    }));
    let fetching = tokio::spawn(fetch.send());

    server.signal(Signal::SIGTERM);
    server.until("it is not ready", || async { (ready(&server).await.0 == 503).then_some(()) }).await;
    assert_eq!(ready(&server).await.1["checks"]["accepting"]["status"], "down");
    let said = server.run(&["health"], "").failure();
    assert!(said.contains("not ready: accepting (is about to stop)"), "{said}");
    // A worker that waited is answered as ever, and whoever comes by a proxy that has not learned it yet is served.
    let fetched = fetching.await.unwrap().unwrap();
    assert_eq!(fetched.status(), 200);
    assert_eq!(fetched.json::<Value>().await.unwrap(), json!([]));
    assert_eq!(server.ask(Method::GET, "/engine-rest/version").send().await.unwrap().status(), 200);

    server.signal(Signal::SIGTERM);
    assert_eq!(server.ended(), Some(3), "it waits for nothing any more");
    let said = server.run(&["health"], "").failure();
    assert!(said.contains("does not answer"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_drains_as_long_as_it_was_told_and_stops_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::new(folder.path());
    server.set("CASEWRIGHT_SERVER__DRAIN_SECONDS", "1");
    server.start(&["--role", "engine,access"]).await;
    let begin = Instant::now();
    server.stop();
    assert!(begin.elapsed() >= Duration::from_secs(1), "it was gone after {:?}", begin.elapsed());
}
