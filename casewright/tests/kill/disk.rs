//! A disk that takes no more: what cannot be kept is refused with 503, readiness says so, and both pass when there is room
//! again; nothing that was acknowledged is touched.
//!
//! The disk is "full" by a limit on the size of files, set on the running process: writes fail, reads and syncs do not.

use crate::platform::Platform;
use crate::sink::Sink;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const START: &str = "/engine-rest/process-definition/key/kill-external/start";

async fn start(platform: &Platform, key: &str) -> Option<StatusCode> {
    let api = platform.api();
    let request = api.call(Method::POST, START).json(&json!({"businessKey": key}));
    request.send().await.ok().map(|answer| answer.status())
}

async fn wait_for(platform: &Platform, what: &str, is_it: impl Fn(&Value) -> bool) {
    let api = platform.api();
    let begin = Instant::now();
    loop {
        let answer = api.call(Method::GET, "/health/ready").send().await;
        let health: Value = match answer {
            Ok(answer) => answer.json().await.unwrap_or_default(),
            Err(_) => Value::Null,
        };
        if is_it(&health) {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "never: {what}; readiness says {health}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_answered_with_503_and_passes_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::listen().await;
    let mut platform = Platform::new(folder.path(), sink.address());
    platform.start().await;
    platform.deploy().await;
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for round in 0..3 {
        let before = format!("before-{round}");
        assert_eq!(start(&platform, &before).await, Some(StatusCode::OK));
        taken.push(before);
        platform.limit_files("0");
        for n in 0..5 {
            let key = format!("full-{round}-{n}");
            assert_eq!(start(&platform, &key).await, Some(StatusCode::SERVICE_UNAVAILABLE), "{key}");
            refused.push(key);
        }
        wait_for(&platform, "the journal is down", |health| health["checks"]["journal"]["status"] == "down").await;
        let live = platform.api().call(Method::GET, "/health/live").send().await.unwrap();
        assert_eq!(live.status(), StatusCode::OK, "a full disk is no reason to restart");
        platform.limit_files("unlimited");
        wait_for(&platform, "it is ready again", |health| health["status"] == "up").await;
    }
    platform.kill();
    platform.start().await;
    for (key, is_taken) in taken.iter().map(|key| (key, true)).chain(refused.iter().map(|key| (key, false))) {
        let path = format!("/engine-rest/history/process-instance/count?processInstanceBusinessKey={key}");
        let count = platform.api().get(&path).await.unwrap()["count"].as_u64().unwrap();
        assert_eq!(count, u64::from(is_taken), "{key}");
    }
    platform.stop();
    eprintln!("\nchaos: disk: full 3 times, {} starts taken, {} refused with 503", taken.len(), refused.len());
}
