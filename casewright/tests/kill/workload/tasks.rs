//! A clerk at a queue, with policy on every call: the list of a candidate group, its count, claim, complete.

use super::{Client, PAUSE};
use crate::history::{Answer, Operation};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const USER: &str = "root";
const LIST: &str = "/engine-rest/task?processDefinitionKey=kill-task&candidateGroup=kill-clerks&sortBy=created&sortOrder=asc&maxResults=5";
const COUNT: &str =
    "/engine-rest/task/count?processDefinitionKey=kill-task&candidateGroup=kill-clerks&includeAssignedTasks=true";
/// Those that a kill left claimed.
const MINE: &str = "/engine-rest/task?processDefinitionKey=kill-task&assignee=root&maxResults=5";

pub(super) async fn serve(client: Client) {
    let mut done = BTreeSet::new();
    let mut attempts = 0_u64;
    while !client.is_over() {
        let least = least_open(&client);
        let counted = client.ask(Operation::Count, "kill-task", json!({"least": least}), || get(&client, COUNT)).await;
        if let Answer::Taken(counted) = counted {
            let count = counted["count"].as_u64().unwrap();
            assert!(count >= least, "{least} tasks must be open, {count} were counted");
        }
        for list in [LIST, MINE] {
            let Answer::Taken(page) =
                client.ask(Operation::List, "kill-task", Value::Null, || get(&client, list)).await
            else {
                continue;
            };
            for task in page.as_array().into_iter().flatten() {
                let id = task["id"].as_str().unwrap();
                assert!(!done.contains(id), "user task {id} is listed after its completion was acknowledged");
                if work(&client, id, task["processInstanceId"].as_str().unwrap(), &mut attempts).await {
                    done.insert(id.to_owned());
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn get(client: &Client, path: &str) -> reqwest::RequestBuilder {
    client.api.call(Method::GET, path)
}

/// What was acknowledged to be open and was not touched since: who asks now must see at least that.
fn least_open(client: &Client) -> u64 {
    let is_task = |key: &String| key.starts_with("kill-task-");
    let started = client.history.taken(Operation::Start).into_iter().filter(is_task).count();
    let touched = client.history.by_subject(Operation::CompleteTask).len();
    started.saturating_sub(touched) as u64
}

async fn work(client: &Client, id: &str, instance: &str, attempts: &mut u64) -> bool {
    let claim = format!("/engine-rest/task/{id}/claim");
    let body = json!({"userId": USER});
    let detail = json!({"instance": instance});
    let request = || client.api.call(Method::POST, &claim).json(&body);
    if !matches!(client.ask(Operation::Claim, id, detail, request).await, Answer::Taken(_)) {
        return false;
    }
    *attempts += 1;
    let label = format!("clerk-{attempts}");
    let variable = json!({"value": label, "type": "String"});
    let path = format!("/engine-rest/task/{id}/complete");
    let body = json!({"variables": {format!("left-{id}"): variable, format!("right-{id}"): variable}});
    let detail = json!({"instance": instance, "label": label});
    let request = || client.api.call(Method::POST, &path).json(&body);
    matches!(client.ask(Operation::CompleteTask, id, detail, request).await, Answer::Taken(_))
}
