//! A clerk at the cases that mails became: answers customers, and does the tasks.

use super::{Client, PAUSE};
use crate::history::{Answer, Operation};
use reqwest::Method;
use serde_json::{Value, json};

/// Sent under an idempotency key until acknowledged.
pub(super) async fn reply(client: Client) {
    let mut number = 0;
    while !client.is_over() {
        tokio::time::sleep(PAUSE * 10).await;
        let cases = client.api.get("/api/v1/cases?limit=1").await.unwrap_or_default();
        let Some(case) = cases["items"][0]["id"].as_str() else { continue };
        number += 1;
        let line = format!("kill reply {number}");
        let key = format!("kill-reply-{number}");
        let body = json!({"to": ["customer@customer.example"], "subject": "About your claim", "text": line});
        let path = format!("/api/v1/cases/{case}/mails");
        let request = || client.api.call(Method::POST, &path).header("Idempotency-Key", &key).json(&body);
        loop {
            match client.ask(Operation::Reply, &line, Value::Null, request).await {
                Answer::Taken(_) => break,
                Answer::Unknown => tokio::time::sleep(PAUSE).await,
                Answer::Refused(status) => panic!("'{line}' was refused with {status}"),
            }
        }
    }
}

pub(super) async fn complete_tasks(client: Client) {
    let data = json!({"data": {"policyNumber": "HB-204118", "papersComplete": true, "amount": 10}});
    while !client.is_over() {
        let open = client.api.get("/engine-rest/task?taskDefinitionKey=check-papers&maxResults=3").await;
        for task in open.unwrap_or_default().as_array().into_iter().flatten() {
            let id = task["id"].as_str().unwrap();
            let path = format!("/api/v1/tasks/{id}/complete");
            let request = || client.api.call(Method::POST, &path).json(&data);
            client.ask(Operation::CompleteCaseTask, id, Value::Null, request).await;
        }
        tokio::time::sleep(PAUSE * 6).await;
    }
}
