//! Mails, the cases they became, what was done with those cases, and what left the house.

use crate::history::{History, Operation};
use crate::platform::Api;
use crate::sink::Sink;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What was acknowledged and has not had all its effects yet.
pub(super) async fn unsettled(api: &Api, history: &History, sink: &Sink) -> Vec<String> {
    let mut left = Vec::new();
    let cases = titles(api).await;
    left.extend(history.taken(Operation::Mail).into_iter().filter(|title| !cases.contains_key(title)));
    left.extend(history.taken(Operation::Reply).into_iter().filter(|line| sink.messages(line) == 0));
    let running = api.get("/engine-rest/process-instance/count?processDefinitionKey=email-to-case").await;
    if running.is_none_or(|count| count["count"] != 0) {
        left.push("email-to-case is still running".to_owned());
    }
    left
}

pub(super) async fn check(api: &Api, history: &History, sink: &Sink, findings: &mut Vec<String>) {
    check_mails(api, history, findings).await;
    check_dead_letters(api, findings).await;
    check_tasks(api, history, findings).await;
    for line in history.taken(Operation::Reply) {
        match sink.messages(&line) {
            1 => {}
            0 => findings.push(format!("lost: '{line}' never left")),
            count => findings.push(format!("doubled: '{line}' left under {count} message ids")),
        }
    }
}

/// The outside world between two kills: nothing has left twice so far.
pub(super) fn check_sent(history: &History, sink: &Sink, findings: &mut Vec<String>) {
    for line in history.by_subject(Operation::Reply).keys() {
        let count = sink.messages(line);
        if count > 1 {
            findings.push(format!("doubled: '{line}' left under {count} message ids"));
        }
    }
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

async fn check_mails(api: &Api, history: &History, findings: &mut Vec<String>) {
    let cases = titles(api).await;
    let mails: BTreeSet<String> = history.taken(Operation::Mail).into_iter().collect();
    for title in &mails {
        let found = cases.get(title).map_or(&[][..], Vec::as_slice);
        match found {
            [case] => check_case(api, title, case, findings).await,
            [] => {
                let mails = without_case(api).await;
                findings.push(format!("lost: '{title}' was taken and has no case; mails in none: {mails:?}"));
            }
            several => findings.push(format!("doubled: '{title}' has {} cases", several.len())),
        }
    }
    for (title, found) in &cases {
        if found.len() > 1 && !mails.contains(title) {
            findings.push(format!("doubled: '{title}' has {} cases", found.len()));
        }
    }
}

/// How mails stand that came to no case: one that nobody could read does not say which it was.
async fn without_case(api: &Api) -> Vec<String> {
    let page = api.get("/api/v1/mails?limit=200").await.unwrap_or_default();
    let mails = page["items"].as_array().into_iter().flatten();
    mails
        .filter(|mail| mail["direction"] == "in" && mail["caseId"].is_null())
        .map(|mail| format!("{} {} {} {}", mail["id"], mail["state"], mail["subject"], mail["problemCode"]))
        .collect()
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

/// Nothing that was only under way at a kill is taken for what ended the process.
async fn check_dead_letters(api: &Api, findings: &mut Vec<String>) {
    match api.get("/api/v1/dead-letters?limit=200").await {
        Some(page) => {
            let letters = page["items"].as_array().into_iter().flatten();
            findings.extend(letters.map(|letter| format!("given up: {letter}")));
        }
        None => findings.push("the dead letters are not told".to_owned()),
    }
}

async fn check_tasks(api: &Api, history: &History, findings: &mut Vec<String>) {
    for (id, commands) in history.by_subject(Operation::CompleteCaseTask) {
        let taken =
            commands.iter().filter(|command| matches!(command.answer, crate::history::Answer::Taken(_))).count();
        if taken > 1 {
            findings.push(format!("doubled: user task {id} of a case was completed {taken} times"));
        }
        let found = api.get(&format!("/engine-rest/history/task?taskId={id}")).await.unwrap_or_default();
        let is_ended = found.as_array().is_some_and(|all| all.len() == 1 && !all[0]["endTime"].is_null());
        if taken > 0 && !is_ended {
            findings.push(format!("lost: user task {id} was completed and is not: {found}"));
        }
    }
}
