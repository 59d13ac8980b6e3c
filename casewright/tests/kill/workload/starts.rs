//! Starts of process instances. A start cannot be repeated, so each is tried once: it may be there without an answer, but
//! never twice.
//!
//! Each carries two variables with the same number, so that half a start could be seen.

use super::{Client, PAUSE};
use crate::history::Operation;
use jiff::{Span, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

/// What is started, and how often.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    process: &'static str,
    /// Pauses from one start to the next.
    every: u32,
    /// Starts at once.
    burst: u64,
    extra: Extra,
}

#[derive(Clone, Copy)]
enum Extra {
    Nothing,
    /// 11 kB of JSON.
    Payload,
    /// A time at which the timers of a burst are due.
    Due,
}

pub(super) const SHAPES: [Shape; 5] = [
    Shape { process: "kill-external", every: 4, burst: 1, extra: Extra::Nothing },
    Shape { process: "kill-steps", every: 8, burst: 1, extra: Extra::Nothing },
    Shape { process: "kill-decision", every: 12, burst: 1, extra: Extra::Payload },
    Shape { process: "kill-task", every: 6, burst: 1, extra: Extra::Nothing },
    Shape { process: "kill-timer", every: 25, burst: 8, extra: Extra::Due },
];

const PAYLOAD_BYTES: usize = 11_000;

pub(super) async fn start(client: Client, shape: Shape) {
    let mut number = 0;
    while !client.is_over() {
        let due = Timestamp::now() + Span::new().milliseconds(300);
        let burst = (0..shape.burst).map(|_| {
            number += 1;
            start_one(&client, shape, number, due)
        });
        futures::future::join_all(burst).await;
        tokio::time::sleep(PAUSE * shape.every).await;
    }
}

async fn start_one(client: &Client, shape: Shape, number: u64, due: Timestamp) {
    let key = format!("{}-{number}", shape.process);
    let path = format!("/engine-rest/process-definition/key/{}/start", shape.process);
    let mut variables = json!({
        "left": {"value": number, "type": "Integer"},
        "right": {"value": number, "type": "Integer"},
    });
    match shape.extra {
        Extra::Nothing => {}
        Extra::Payload => variables["payload"] = json!({"value": payload(number), "type": "Json"}),
        Extra::Due => {
            let text = due.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            variables["due"] = json!({"value": text, "type": "String"});
        }
    }
    let detail = json!({"process": shape.process, "number": number, "due": due.as_millisecond()});
    let body = json!({"businessKey": key, "variables": variables});
    client.ask(Operation::Start, &key, detail, || client.api.call(Method::POST, &path).json(&body)).await;
}

/// A text that depends on its number alone: the checker makes it again.
pub(crate) fn payload(number: u64) -> String {
    let line = json!({"sku": format!("A-{number}"), "name": "A line of an order", "quantity": 3, "price": 12.5});
    let lines = PAYLOAD_BYTES / (line.to_string().len() + 1);
    json!({"lines": Value::from(vec![line; lines])}).to_string()
}
