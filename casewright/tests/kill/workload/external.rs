//! A worker: fetches, completes, and asks again until it knows how that ended.

use super::{Client, PAUSE};
use crate::history::{Answer, Operation};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) async fn work(client: Client, topic: &'static str, worker: &'static str) {
    let fetch = json!({
        "workerId": worker, "maxTasks": 4, "asyncResponseTimeout": 200,
        "topics": [{"topicName": topic, "lockDuration": 1_500}],
    });
    let mut done = BTreeSet::new();
    let mut attempts = 0_u64;
    while !client.is_over() {
        let request = || client.api.call(Method::POST, "/engine-rest/external-task/fetchAndLock").json(&fetch);
        let Answer::Taken(fetched) = client.ask(Operation::Fetch, topic, json!({"worker": worker}), request).await
        else {
            continue;
        };
        for task in fetched.as_array().into_iter().flatten() {
            let id = task["id"].as_str().unwrap();
            assert!(!done.contains(id), "{id} was handed out again after its completion was acknowledged");
            if complete(&client, worker, id, task["processInstanceId"].as_str().unwrap(), &mut attempts).await {
                done.insert(id.to_owned());
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// True when the completion was acknowledged.
async fn complete(client: &Client, worker: &str, id: &str, instance: &str, attempts: &mut u64) -> bool {
    let path = format!("/engine-rest/external-task/{id}/complete");
    loop {
        *attempts += 1;
        let label = format!("{worker}-{attempts}");
        let variable = json!({"value": label, "type": "String"});
        let body = json!({
            "workerId": worker,
            "variables": {format!("left-{id}"): variable, format!("right-{id}"): variable},
        });
        let detail = json!({"instance": instance, "label": label});
        let request = || client.api.call(Method::POST, &path).json(&body);
        match client.ask(Operation::CompleteExternal, id, detail, request).await {
            Answer::Taken(Value::Null) => return true,
            Answer::Taken(other) => panic!("completing {id} answered {other}"),
            // It is gone (an attempt before was done after all), or another worker has it.
            Answer::Refused(_) => return false,
            Answer::Unknown => tokio::time::sleep(PAUSE).await,
        }
    }
}
