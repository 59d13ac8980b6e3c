//! Two processes on one data folder: the second is refused with a reason, and the first goes on as if nothing had been.

use crate::platform::Platform;
use crate::sink::Sink;
use reqwest::{Method, StatusCode};
use serde_json::json;

const START: &str = "/engine-rest/process-definition/key/kill-external/start";

async fn start(platform: &Platform, key: &str) -> StatusCode {
    let request = platform.api().call(Method::POST, START).json(&json!({"businessKey": key}));
    request.send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::listen().await;
    let mut platform = Platform::new(folder.path(), sink.address());
    platform.start().await;
    platform.deploy().await;
    assert_eq!(start(&platform, "before").await, StatusCode::OK);
    let reason = platform.start_beside();
    assert!(reason.contains("in use by another process"), "{reason}");
    assert_eq!(start(&platform, "after").await, StatusCode::OK);
    let count = platform.api().get("/engine-rest/process-instance/count?processDefinitionKey=kill-external").await;
    assert_eq!(count.unwrap()["count"], 2);
    platform.stop();
    let findings = crate::checker::journal::check(&platform.journal_folder()).await;
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
