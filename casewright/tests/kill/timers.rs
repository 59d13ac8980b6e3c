//! Many timers due at the same moment, and SIGKILL while they fire: each fires once.
//!
//! `CASEWRIGHT_KILL_TIMERS` says how many.

use crate::platform::{Api, Platform};
use crate::sink::Sink;
use crate::{Points, checker, setting};
use jiff::{Span, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const START: &str = "/engine-rest/process-definition/key/kill-timer/start";
const HISTORY: &str = "/engine-rest/history";
const STARTERS: usize = 16;
const KILLS: u64 = 4;
const PAGE: usize = 5_000;
/// For all timers, killed or not.
const PATIENCE: Duration = Duration::from_secs(600);

/// Ids of instances with a timer due then.
async fn set(api: &Api, count: u64, due: Timestamp) -> Vec<String> {
    let due = due.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let next = Arc::new(AtomicU64::new(0));
    let mut starters = JoinSet::new();
    for _ in 0..STARTERS {
        let (api, next, due) = (api.clone(), Arc::clone(&next), due.clone());
        starters.spawn(async move {
            let mut ids = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    return ids;
                }
                let body =
                    json!({"businessKey": n.to_string(), "variables": {"due": {"value": due, "type": "String"}}});
                let started =
                    Api::send(api.call(Method::POST, START).json(&body)).await.expect("nothing is killed yet");
                ids.push(started["id"].as_str().unwrap().to_owned());
            }
        });
    }
    starters.join_all().await.into_iter().flatten().collect()
}

async fn finished(api: &Api) -> Option<u64> {
    api.get(&format!("{HISTORY}/process-instance/count?processDefinitionKey=kill-timer&finished=true")).await?["count"]
        .as_u64()
}

async fn wait_for(api: &Api, least: u64) -> u64 {
    let begin = Instant::now();
    loop {
        match finished(api).await {
            Some(count) if count >= least => return count,
            _ => assert!(begin.elapsed() < PATIENCE, "{least} timers have not fired"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// All rows of a list, in pages.
async fn rows(api: &Api, path: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let page = api.rows(&format!("{path}&firstResult={}&maxResults={PAGE}", all.len())).await;
        let is_last = page.len() < PAGE;
        all.extend(page);
        if is_last {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_many_due_timers_each_fires_once() {
    let count = setting("CASEWRIGHT_KILL_TIMERS", 300);
    let mut random = Points(setting("CASEWRIGHT_KILL_SEED", 1));
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::listen().await;
    let mut platform = Platform::new(folder.path(), sink.address());
    platform.start().await;
    platform.deploy().await;
    let api = platform.api();
    // How long setting some takes says when all can be due: after the last is there.
    let begin = Instant::now();
    let some = count.min(100);
    let mut expected = set(&api, some, Timestamp::now()).await;
    let each = begin.elapsed() / u32::try_from(some).unwrap();
    let time = each * u32::try_from(count).unwrap() * 2 + Duration::from_secs(3);
    let due = Timestamp::now() + Span::new().milliseconds(i64::try_from(time.as_millis()).unwrap());
    expected.extend(set(&api, count, due).await);
    wait_for(&api, some).await;
    assert_eq!(finished(&api).await, Some(some), "none fires before it is due");
    for kill in 0..KILLS {
        // Somewhere in the next part.
        let least = some + count * kill / KILLS + random.next(count / KILLS / 2 + 1) + 1;
        let fired = wait_for(&api, least).await;
        platform.kill();
        eprintln!("killed when {} of {count} had fired", fired - some);
        platform.start().await;
    }
    wait_for(&api, some + count).await;
    let findings = check(&api, expected).await;
    platform.stop();
    let mut findings = [findings, checker::journal::check(&platform.journal_folder()).await].concat();
    findings.extend(platform.verify());
    eprintln!("\nchaos: timers: {count} due at once, killed {KILLS} times while they fired, each fired once");
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

async fn check(api: &Api, expected: Vec<String>) -> Vec<String> {
    let mut findings = Vec::new();
    let expected: BTreeSet<String> = expected.into_iter().collect();
    let id = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let instances = rows(
        api,
        &format!("{HISTORY}/process-instance?processDefinitionKey=kill-timer&sortBy=instanceId&sortOrder=asc"),
    )
    .await;
    let completed: BTreeSet<String> =
        instances.iter().filter(|row| row["state"] == "COMPLETED").map(|row| id(row, "id")).collect();
    findings.extend(expected.difference(&completed).map(|id| format!("lost: {id} is not completed")));
    findings.extend(completed.difference(&expected).map(|id| format!("{id} was never started")));
    let path =
        format!("{HISTORY}/activity-instance?activityId=wait&finished=true&sortBy=activityInstanceId&sortOrder=asc");
    findings.extend(not_once(
        "the timer",
        &expected,
        rows(api, &path).await.iter().map(|row| id(row, "processInstanceId")),
    ));
    let path = format!("{HISTORY}/job-log?processDefinitionKey=kill-timer&successLog=true&sortBy=jobId&sortOrder=asc");
    findings.extend(not_once(
        "its job",
        &expected,
        rows(api, &path).await.iter().map(|row| id(row, "processInstanceId")),
    ));
    findings
}

fn not_once(what: &str, expected: &BTreeSet<String>, found: impl Iterator<Item = String>) -> Vec<String> {
    let mut counts: BTreeMap<String, u64> = expected.iter().map(|id| (id.clone(), 0)).collect();
    for id in found {
        *counts.entry(id).or_default() += 1;
    }
    counts
        .iter()
        .filter(|(_, count)| **count != 1)
        .map(|(id, count)| format!("{id}: {what} ran {count} times"))
        .collect()
}
