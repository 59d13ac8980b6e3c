//! Compares what was acknowledged with what is there: in the platform, in the outside world, and in the journal itself.

use crate::platform::{Api, Platform};
use crate::sink::Sink;
use crate::workload::Acknowledged;
use casewright_journal::{AggregateKey, ShardId, Store};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

const SETTLING: Duration = Duration::from_secs(180);

/// Waits until everything that was acknowledged has had its effects; what has none by then is reported by [`check`].
pub(crate) async fn settle(platform: &Platform, acknowledged: &Acknowledged, sink: &Sink) {
    let begin = Instant::now();
    while begin.elapsed() < SETTLING {
        let left = unsettled(&platform.api(), acknowledged, sink).await;
        if left.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn unsettled(api: &Api, acknowledged: &Acknowledged, sink: &Sink) -> Vec<String> {
    let mut left = Vec::new();
    let cases = titles(api).await;
    left.extend(acknowledged.mails.lock().unwrap().iter().filter(|title| !cases.contains_key(*title)).cloned());
    left.extend(acknowledged.replies.lock().unwrap().iter().filter(|line| sink.messages(line) == 0).cloned());
    let running = api.get("/engine-rest/process-instance/count?processDefinitionKey=email-to-case").await;
    if running.is_none_or(|count| count["count"] != 0) {
        left.push("email-to-case is still running".to_owned());
    }
    let waiting = api.get("/engine-rest/job/count?processDefinitionKey=kill-timer&timers=true").await;
    if waiting.is_none_or(|count| count["count"] != 0) {
        left.push("timers are waiting".to_owned());
    }
    left
}

/// Everything that is lost or doubled, in words.
pub(crate) async fn check(platform: &Platform, acknowledged: &Acknowledged, sink: &Sink) -> Vec<String> {
    let api = platform.api();
    let mut findings = Vec::new();
    check_mails(&api, acknowledged, &mut findings).await;
    check_starts(&api, acknowledged, &mut findings).await;
    check_tasks(&api, acknowledged, &mut findings).await;
    for line in acknowledged.replies.lock().unwrap().iter() {
        match sink.messages(line) {
            1 => {}
            0 => findings.push(format!("lost: '{line}' never left")),
            count => findings.push(format!("doubled: '{line}' left under {count} message ids")),
        }
    }
    findings
}

async fn titles(api: &Api) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let Some(page) = api.get(&format!("/api/v1/cases?limit=200&cursor={cursor}")).await else { return found };
        for case in page["items"].as_array().into_iter().flatten() {
            found.entry(case["title"].as_str().unwrap_or_default().to_owned()).or_default().push(case.clone());
        }
        match page["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return found,
        }
    }
}

async fn check_mails(api: &Api, acknowledged: &Acknowledged, findings: &mut Vec<String>) {
    let cases = titles(api).await;
    let mails = acknowledged.mails.lock().unwrap().clone();
    for title in &mails {
        let found = cases.get(title).map_or(&[][..], Vec::as_slice);
        match found {
            [case] => check_case(api, title, case, findings).await,
            [] => findings.push(format!("lost: '{title}' was taken and has no case")),
            several => findings.push(format!("doubled: '{title}' has {} cases", several.len())),
        }
    }
    for (title, found) in &cases {
        if found.len() > 1 && !mails.contains(title) {
            findings.push(format!("doubled: '{title}' has {} cases", found.len()));
        }
    }
}

async fn check_case(api: &Api, title: &str, case: &Value, findings: &mut Vec<String>) {
    let number = case["number"].as_str().unwrap_or_default();
    let path = format!(
        "/engine-rest/history/process-instance/count?processDefinitionKey=claim-handling&processInstanceBusinessKey={number}"
    );
    let instances = api.get(&path).await.unwrap_or_default();
    if instances["count"] != 1 {
        findings.push(format!(
            "case {number} ('{title}') has {} instances of its process instead of 1",
            instances["count"]
        ));
    }
    let id = case["id"].as_str().unwrap_or_default();
    let timeline = api.get(&format!("/api/v1/cases/{id}/timeline?limit=200")).await.unwrap_or_default();
    let mut kinds: HashMap<String, usize> = HashMap::new();
    for item in timeline["items"].as_array().into_iter().flatten() {
        let process = item["data"]["key"].as_str().filter(|_| item["kind"] == "process-started").unwrap_or_default();
        *kinds.entry(format!("{} {process}", item["kind"].as_str().unwrap_or_default())).or_default() += 1;
    }
    let once = ["case-created ", "mail-received ", "process-started email-to-case", "process-started claim-handling"];
    for kind in once {
        let count = kinds.get(kind).copied().unwrap_or(0);
        if count != 1 {
            findings.push(format!("case {number} ('{title}') shows '{kind}' {count} times instead of once"));
        }
    }
}

async fn check_starts(api: &Api, acknowledged: &Acknowledged, findings: &mut Vec<String>) {
    let starts = acknowledged.starts.lock().unwrap().clone();
    let works = acknowledged.works.lock().unwrap().clone();
    let tried = acknowledged.tried_starts.lock().unwrap().clone();
    for key in &tried {
        let path = format!(
            "/engine-rest/history/process-instance?processDefinitionKey=kill-timer&processInstanceBusinessKey={key}"
        );
        let found = api.get(&path).await.unwrap_or_default();
        let found = found.as_array().cloned().unwrap_or_default();
        if found.len() > 1 {
            findings.push(format!("doubled: {key} was started {} times", found.len()));
        }
        match starts.get(key) {
            Some(id) if !found.iter().any(|instance| instance["id"] == id.as_str()) => {
                findings.push(format!("lost: {key} was started as {id}, which is not there"));
            }
            _ => {}
        }
    }
    for instance in &works {
        let path = format!("/engine-rest/history/activity-instance?processInstanceId={instance}");
        let activities = api.get(&path).await.unwrap_or_default();
        let activities = activities.as_array().cloned().unwrap_or_default();
        for activity in ["start", "work", "pause", "end"] {
            let ended =
                activities.iter().filter(|one| one["activityId"] == activity && !one["endTime"].is_null()).count();
            if ended != 1 {
                findings.push(format!("instance {instance}: '{activity}' ended {ended} times instead of once"));
            }
        }
    }
}

async fn check_tasks(api: &Api, acknowledged: &Acknowledged, findings: &mut Vec<String>) {
    let tasks = acknowledged.tasks.lock().unwrap().clone();
    for id in &tasks {
        let found = api.get(&format!("/engine-rest/history/task?taskId={id}")).await.unwrap_or_default();
        let ended = found.as_array().is_some_and(|all| all.len() == 1 && !all[0]["endTime"].is_null());
        if !ended {
            findings.push(format!("lost: user task {id} was completed and is not: {found}"));
        }
    }
}

/// Positions have no gaps, and every aggregate's events are numbered from 1 without gaps.
pub(crate) async fn check_journal(folder: &Path) -> Vec<String> {
    let store = casewright_journal::sqlite::SqliteStore::open(folder).await.unwrap();
    let shards = store.shards(64).await.unwrap();
    let mut findings = Vec::new();
    for shard in (0..shards).map(ShardId) {
        let mut position = 0;
        let mut sequences: HashMap<AggregateKey, u64> = HashMap::new();
        loop {
            let batches = store.read(shard, position + 1, 500).await.unwrap();
            if batches.is_empty() {
                break;
            }
            for batch in batches {
                if batch.position != position + 1 {
                    findings.push(format!("shard {}: position {} follows {position}", shard.0, batch.position));
                }
                position = batch.position;
                for entry in batch.entries {
                    let last = sequences.entry(entry.meta.key.clone()).or_default();
                    if entry.meta.seq != *last + 1 {
                        findings.push(format!("{:?}: event {} follows {last}", entry.meta.key, entry.meta.seq));
                    }
                    *last = entry.meta.seq;
                }
            }
        }
    }
    findings
}
