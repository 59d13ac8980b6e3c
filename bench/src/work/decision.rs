//! W3: a decision table, then parallel external tasks of one instance, with 11 kB of JSON beside them.

use super::work;
use crate::latency::Latencies;
use crate::load::{Load, Meter, Outcome, Settings, Worker, joined};
use anyhow::Result;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const KEY: &str = "bench-decision";
const CHILDREN: u64 = 50;
/// Children that are open at most.
const OPEN: usize = 1000;
const FETCHED: usize = 50;
const PAYLOAD_BYTES: usize = 11_000;
/// Does the cost of a child depend on how many there are?
const SCALES: [u64; 4] = [10, 100, 1_000, 10_000];

pub(super) async fn run(settings: Settings) -> Result<Outcome> {
    let mut connection = settings.target.connect().await?;
    let files = [
        ("decision.bpmn", include_str!("../../models/decision.bpmn")),
        ("route.dmn", include_str!("../../models/route.dmn")),
    ];
    connection.deploy(&files).await?;
    let load = Load::new(settings.clone(), OPEN);
    let half = (settings.connections / 2).max(1);
    let mut workers = Vec::new();
    for n in 0..half {
        workers.push(tokio::spawn(start(Arc::clone(&load), n)));
        workers.push(tokio::spawn(work(Arc::clone(&load), n, KEY, FETCHED)));
    }
    let mut outcome = load.measure("children", workers, async || Ok(load.done.load(Ordering::Relaxed))).await?;
    if settings.with_scaling {
        outcome.details = scaling(&settings).await?;
    }
    Ok(outcome)
}

fn body(children: u64, amount: u64) -> Value {
    let line = json!({"sku": "A-1234567", "name": "A line of an order", "quantity": 3, "price": 12.5});
    let lines = PAYLOAD_BYTES / (line.to_string().len() + 1);
    let payload = json!({"lines": vec![line; lines]}).to_string();
    json!({"variables": {
        "children": {"value": children, "type": "Integer"},
        "amount": {"value": amount, "type": "Integer"},
        "payload": {"value": payload, "type": "Json"},
    }})
}

async fn start(load: Arc<Load>, n: usize) -> Result<Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut latencies = Latencies::default();
    let body = body(CHILDREN, n as u64 * 300);
    while load.enter(CHILDREN as u32).await {
        load.timed(&mut latencies, "start", connection.start(KEY, &body)).await?;
    }
    Ok(latencies)
}

/// One instance with ever more children, from its start to its end.
async fn scaling(settings: &Settings) -> Result<Value> {
    let mut connection = settings.target.connect().await?;
    // What the measurement left open is done first.
    drain(settings, &mut connection, 0).await?;
    let mut rows = Vec::new();
    for children in SCALES {
        let finished = connection.finished(KEY).await?;
        let meter = Meter::start(&settings.pids, 0)?;
        connection.start(KEY, &body(children, 1)).await?;
        drain(settings, &mut connection, finished + 1).await?;
        let outcome = meter.stop("children", children)?;
        rows.push(json!({
            "children": children,
            "msPerChild": outcome.seconds * 1000.0 / children as f64,
            "cpuMsPerChild": outcome.cpu_ms_per_unit,
            "bytesWrittenPerChild": outcome.bytes_written_per_unit,
        }));
    }
    Ok(json!({ "scaling": rows }))
}

/// Works until so many instances have finished, or until no child is open.
async fn drain(settings: &Settings, connection: &mut crate::http::Connection, finished: u64) -> Result<()> {
    let load = Load::new(settings.clone(), OPEN);
    let workers: Vec<Worker> =
        (0..settings.connections).map(|n| tokio::spawn(work(Arc::clone(&load), n, KEY, FETCHED))).collect();
    let begin = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let is_done = if finished > 0 {
            connection.finished(KEY).await? >= finished
        } else {
            connection.count("/external-task/count?topicName=bench-decision").await? == 0
        };
        if is_done || workers.iter().any(tokio::task::JoinHandle::is_finished) {
            break;
        }
        anyhow::ensure!(begin.elapsed() < Duration::from_secs(900), "children were still open after 15 minutes");
    }
    load.stop();
    joined(workers).await.map(drop)
}
